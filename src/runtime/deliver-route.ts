import pLimit from 'p-limit'
import type { RoutedLane } from '../core/routes.ts'
import { isSyncError, TargetUnavailableError, type SyncError } from '../errors.ts'
import type { ApplyResult, SingleTarget } from '../ports/target.ts'
import { askTarget, readAnswer } from './ask-target.ts'
import { asSyncError, attemptsAt } from './attempts.ts'
import type { Invocation } from './invocation.ts'
import { laneQueue, type Cursor } from './lane-queue.ts'
import type { Outcome, RouteRun } from './pipeline.ts'
import { retryWithPauses } from './retry.ts'
import { slotsAt } from './slots.ts'
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
  const slots = slotsAt(route, invocation)
  const queue = laneQueue(lanes, run, invocation, emit)

  /** The next changes that the breaker lets through; what it refuses is given up untried. Empty: the work is done. */
  async function next(count: number): Promise<readonly Cursor<Item>[]> {
    while (!cut.hasEnded() && !queue.isEmpty()) {
      const admitted = breaker?.admit(clock) ?? true
      if (admitted === true) return queue.take(count)
      if (admitted !== false)
        await admitted // a trial call decides
      else for (const one of queue.take(count)) queue.giveUp(one, refusedByBreaker(route.name), 0)
    }
    return []
  }

  /** Calls `apply` directly, change after change. Whoever loses a call to the watchdog leaves the rest to a successor. */
  async function workDirectly(single: SingleTarget<Item>, done: () => void): Promise<void> {
    let current: Cursor<Item> | undefined
    const slot = slots.open((error) => {
      if (current) void file(current, error).then(() => workDirectly(single, done))
    })
    while (!cut.hasEnded() && !queue.isEmpty()) {
      current = breaker?.isClosed() === false ? (await next(1))[0] : queue.takeOne()
      if (!current) break
      let answer: ApplyResult | SyncError
      const context = slots.begin(slot)
      try {
        answer = readAnswer(route.name, await single.apply(current.change, context))
      } catch (error) {
        answer = asSyncError(route.name, error)
      }
      if (!slots.end(slot)) return
      if (typeof answer === 'string') {
        breaker?.succeeded()
        queue.succeed(current, answer, 1)
      } else await file(current, answer)
    }
    slots.close(slot)
    done()
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
      for (const one of group) {
        const again = await tryGroup([one], attempt + 1)
        if (again.length > 0) await retry(again, attempt + 1)
      }
      return []
    }
    return group.flatMap((one, index) => {
      const answer = each[index]
      if (typeof answer === 'string') queue.succeed(one, answer, attempt)
      else if (isSyncError(answer, 'TARGET_UNAVAILABLE')) return [{ one, error: answer }]
      else if (answer) queue.giveUp(one, answer, attempt)
      return []
    })
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

  const calls = Math.ceil(lanes.length / route.batchSize)
  const work = target.apply
    ? () => new Promise<void>((resolve) => void workDirectly(target, resolve))
    : () => workInBatches()
  // A micro-batch has no more calls than may run at once: there is nothing to limit.
  const limit: (work: () => Promise<void>) => Promise<void> =
    calls > route.concurrency ? pLimit(route.concurrency) : (work) => work()
  await Promise.all(Array.from({ length: Math.min(route.concurrency, calls) }, () => limit(work)))
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
