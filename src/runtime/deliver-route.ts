import pLimit from 'p-limit'
import type { Change } from '../core/change.ts'
import type { RoutedLane } from '../core/routes.ts'
import { isSyncError, TargetUnavailableError, type SyncError } from '../errors.ts'
import type { ApplyResult } from '../ports/target.ts'
import { attemptsAt } from './attempts.ts'
import { askTarget, type Answers } from './ask-target.ts'
import type { Invocation } from './invocation.ts'
import type { Outcome, RouteRun } from './pipeline.ts'
import { retryWithPauses } from './retry.ts'
import type { Route, Sync } from './sync.ts'

/** One lane on its way: its changes go one at a time, oldest first. */
interface Cursor<Item> {
  readonly lane: RoutedLane<Item>
  readonly change: Change<Item>
  readonly next: number
}

/** Delivers one target's lanes with its own concurrency, time-out, retry and breaker. Ends at the deadline at the latest. */
export async function deliverRoute<Item>(
  route: Route<Item>,
  lanes: readonly RoutedLane<Item>[],
  sync: Sync<Item>,
  invocation: Invocation,
  run: RouteRun<Item>,
  emit: (outcome: Outcome<Item>) => void,
): Promise<void> {
  const { clock, cut, deliverUntil } = invocation
  const { breaker } = route
  const attempts = attemptsAt(route, invocation, deliverUntil, cut)
  const queue = lanes.map((lane) => cursor(lane, 0))
  let taken = 0

  const take = (): readonly Cursor<Item>[] => {
    const group = queue.slice(taken, taken + route.batchSize)
    taken += group.length
    return group
  }

  async function worker(): Promise<void> {
    while (!cut.aborted && taken < queue.length) {
      const admitted = breaker?.admit(clock.monotonic()) ?? true
      if (admitted instanceof Promise) {
        await admitted
        continue
      }
      const group = take()
      if (admitted) await deliverGroup(group, 1)
      else for (const one of group) giveUp(one, refusedByBreaker(route.name), 0)
    }
  }

  async function deliverGroup(group: readonly Cursor<Item>[], attempt: number): Promise<void> {
    const again = await tryGroup(group, attempt)
    if (again.length > 0) await retryGroup(again, attempt)
  }

  /** Asks once; answers those that were unavailable. A batch rejected as a whole is asked one by one. */
  async function tryGroup(group: readonly Cursor<Item>[], attempt: number): Promise<readonly Unavailable<Item>[]> {
    const answers = await askTarget(
      route,
      attempts,
      group.map(({ change }) => change),
      attempt,
    )
    heed(answers)
    if (answers.rejected && group.length > 1) {
      for (const one of group) await deliverGroup([one], attempt + 1)
      return []
    }
    const again: Unavailable<Item>[] = []
    group.forEach((one, index) => {
      const answer = answers.each[index]
      if (typeof answer === 'string') succeed(one, answer, attempt)
      else if (isSyncError(answer, 'TARGET_UNAVAILABLE')) again.push({ one, error: answer })
      else if (answer) giveUp(one, answer, attempt)
    })
    return again
  }

  async function retryGroup(failed: readonly Unavailable<Item>[], attempt: number): Promise<void> {
    let open = failed
    const tried = await retryWithPauses({
      route,
      sync,
      invocation,
      attempt,
      failures: () => open.map(({ error }) => error),
      again: async (next) => {
        open = await tryGroup(
          open.map(({ one }) => one),
          next,
        )
      },
    })
    for (const { one, error } of open) giveUp(one, error, tried)
  }

  function heed({ each }: Answers): void {
    if (!breaker) return
    const unavailable = each.every((answer) => typeof answer !== 'string' && answer.code === 'TARGET_UNAVAILABLE')
    if (each.some((answer) => typeof answer !== 'string' && answer.code === 'DEADLINE_EXCEEDED')) breaker.abandoned()
    else if (!unavailable) breaker.succeeded()
    else if (breaker.failed(clock.monotonic())) run.breakerOpened++
  }

  function succeed({ lane, change, next }: Cursor<Item>, status: ApplyResult, attempts: number): void {
    emit({ route, change, first: lane.first, status, attempts, answeredAt: clock.now() })
    if (next < lane.changes.length) queue.push(cursor(lane, next))
  }

  /** Later changes of the item wait with an earlier one that stays unresolved; an unguarded target must not overtake at all. */
  function giveUp({ lane, change, next }: Cursor<Item>, error: SyncError, attempts: number): void {
    const then = error.code !== 'TARGET_REJECTED' && route.onUnavailable === 'stall' ? 'leave' : 'park'
    const facts = { route, first: lane.first, answeredAt: clock.now() }
    emit({ ...facts, change, status: 'failed', error, then, attempts })
    if (then === 'park' && route.dlq && route.guarded) {
      if (next < lane.changes.length) queue.push(cursor(lane, next))
      return
    }
    for (const later of lane.changes.slice(next))
      emit({ ...facts, change: later, status: 'failed', error, then, attempts: 0 })
  }

  const limit = pLimit(route.concurrency)
  const groups = Math.ceil(lanes.length / route.batchSize)
  const workers = Array.from({ length: Math.min(route.concurrency, groups) }, () => limit(worker))
  await Promise.all(workers)
  for (const { lane, next } of queue.slice(taken))
    for (const change of lane.changes.slice(next - 1))
      emit({ route, change, first: lane.first, status: 'untouched', attempts: 0, answeredAt: clock.now() })
}

interface Unavailable<Item> {
  readonly one: Cursor<Item>
  readonly error: SyncError
}

function cursor<Item>(lane: RoutedLane<Item>, at: number): Cursor<Item> {
  return { lane, change: lane.changes[at] as Change<Item>, next: at + 1 } // `at` is below the lane's length
}

function refusedByBreaker(name: string): SyncError {
  return new TargetUnavailableError(
    `"${name}" was not called: its last answers were all unavailable, its breaker is open.`,
  )
}
