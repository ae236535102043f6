import pLimit from 'p-limit'
import type { RoutedLane } from '../core/routes.ts'
import { isSyncError, TargetUnavailableError, type SyncError } from '../errors.ts'
import type { ApplyResult, SingleTarget } from '../ports/target.ts'
import { askTarget, readAnswer } from './ask-target.ts'
import { asSyncError, attemptsAt } from './attempts.ts'
import { isCutAt, type Invocation } from './invocation.ts'
import { laneQueue, type Cursor } from './lane-queue.ts'
import type { Outcome, RouteRun } from './pipeline.ts'
import { retryWithPauses } from './retry.ts'
import { slotsAt, type Slot } from './slots.ts'
import type { Route, Sync } from './sync.ts'

/** Delivers one target's lanes with its own concurrency, time-out, retry and breaker. Ends at the deadline at the latest. */
export async function deliverRoute<Item>(
  route: Route<Item>,
  lanes: readonly RoutedLane<Item>[],
  sync: Sync<Item>,
  invocation: Invocation,
  run: RouteRun<Item>,
  emit: (outcome: Outcome<Item>) => void,
): Promise<void> {
  const { clock, cut } = invocation
  const { breaker, target } = route
  const attempts = attemptsAt(route, invocation, invocation.deliverUntil, cut)
  const queue = laneQueue(lanes, run, invocation, emit)

  /** The next changes that the breaker lets through; what it refuses is given up untried. Empty: the work is done. */
  async function next(count: number): Promise<readonly Cursor<Item>[]> {
    while (!isCutAt(invocation, clock.monotonic()) && !queue.isEmpty()) {
      const admitted = breaker?.admit(clock) ?? true
      if (admitted === true) return queue.take(count)
      if (admitted !== false)
        await Promise.race([admitted, cut.ended()]) // a trial call decides, perhaps another invocation's
      else for (const one of queue.take(count)) queue.giveUp(one, refusedByBreaker(route.name), 0)
    }
    return []
  }

  /** Calls `apply` directly, change after change. Whoever loses a call to the watchdog leaves the rest to a successor. */
  function workDirectly(single: SingleTarget<Item>, workers: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let working = workers
      const slots = slotsAt<Cursor<Item>>(route, invocation, (one, error) => void file(one, error).then(start, reject))
      function start(): void {
        void work(slots.open())
      }
      async function work(slot: Slot<Cursor<Item>>): Promise<void> {
        try {
          let now = clock.monotonic()
          while (!isCutAt(invocation, now) && !queue.isEmpty()) {
            let current = breaker?.isClosed() === false ? undefined : queue.takeOne()
            if (!current) {
              current = (await next(1))[0]
              if (!current) break
              now = clock.monotonic()
            }
            let answer: ApplyResult | SyncError
            const context = slots.begin(slot, current, now)
            try {
              answer = readAnswer(route.name, await single.apply(current.change, context))
            } catch (error) {
              answer = asSyncError(route.name, error)
            }
            if (slot.lost) return
            slot.endsAt = Infinity
            now = clock.monotonic()
            if (typeof answer === 'string') {
              breaker?.succeeded()
              queue.succeed(current, answer, 1, now)
            } else {
              await file(current, answer)
              now = clock.monotonic()
            }
          }
          if (--working === 0) resolve()
        } catch (fault) {
          reject(asSyncError(route.name, fault)) // one of our own: the target's are answers by now
        }
      }
      for (let i = 0; i < workers; i++) start()
    })
  }

  /** What a first call that did not succeed leads to. */
  async function file(one: Cursor<Item>, error: SyncError): Promise<void> {
    heed([error])
    if (isSyncError(error, 'TARGET_UNAVAILABLE')) await retry([{ one, error }], 1)
    else queue.giveUp(one, error, 1)
  }

  async function workInBatches(): Promise<void> {
    for (let group = await next(route.batchSize); group.length > 0; group = await next(route.batchSize)) {
      const again = await tryGroup(group, 1)
      if (again.length > 0) await retry(again, 1)
    }
  }

  /** Asks once; answers those that were unavailable. A batch rejected as a whole is asked one by one. */
  async function tryGroup(group: readonly Cursor<Item>[], attempt: number): Promise<readonly Unavailable<Item>[]> {
    const changes = group.map(({ change }) => change)
    const { each, rejected } = await askTarget(route, attempts, changes, attempt)
    heed(each)
    if (rejected && group.length > 1) {
      for (const one of group) await tryAlone(one, attempt + 1)
      return []
    }
    return group.flatMap((one, index) => {
      const answer = each[index]
      if (typeof answer === 'string') queue.succeed(one, answer, attempt, clock.monotonic())
      else if (isSyncError(answer, 'TARGET_UNAVAILABLE')) return [{ one, error: answer }]
      else if (answer) queue.giveUp(one, answer, attempt)
      return []
    })
  }

  /** One change of a batch that was rejected as a whole. */
  async function tryAlone(one: Cursor<Item>, attempt: number): Promise<void> {
    if (breaker?.isOpen(clock.monotonic()) === true) {
      queue.giveUp(one, refusedByBreaker(route.name), attempt - 1)
      return
    }
    const again = await tryGroup([one], attempt)
    if (again.length > 0) await retry(again, attempt)
  }

  async function retry(failed: readonly Unavailable<Item>[], attempt: number): Promise<void> {
    let open = failed
    const again = async (attempt: number): Promise<void> => {
      const group = open.map(({ one }) => one)
      open = await tryGroup(group, attempt)
    }
    const failures = (): readonly SyncError[] => open.map(({ error }) => error)
    const made = await retryWithPauses({ route, sync, invocation, attempt, failures, again })
    for (const { one, error } of open) queue.giveUp(one, error, made)
  }

  function heed(answers: readonly (ApplyResult | SyncError)[]): void {
    const codes = answers.map((answer) => (typeof answer === 'string' ? undefined : answer.code))
    if (codes.includes('DEADLINE_EXCEEDED')) breaker?.abandoned()
    else if (!codes.every((code) => code === 'TARGET_UNAVAILABLE')) breaker?.succeeded()
    else if (breaker?.failed(clock.monotonic())) run.breakerOpened++
  }

  const workers = Math.min(route.concurrency, Math.ceil(lanes.length / route.batchSize))
  if (target.apply) await workDirectly(target, workers)
  else {
    const limit = pLimit(route.concurrency)
    await Promise.all(Array.from({ length: workers }, () => limit(workInBatches)))
  }
  queue.leaveRest()
}

interface Unavailable<Item> {
  readonly one: Cursor<Item>
  readonly error: SyncError
}

function refusedByBreaker(name: string): SyncError {
  return new TargetUnavailableError(
    `"${name}" was not called: its last answers were all unavailable, its breaker is open.`,
  )
}
