import type { Change } from '../core/change.ts'
import { compareKeys } from '../core/key-order.ts'
import type { RoutedLane } from '../core/routes.ts'
import type { SyncError } from '../errors.ts'
import type { ApplyResult } from '../ports/target.ts'
import type { Invocation } from './invocation.ts'
import type { Outcome, RouteRun } from './pipeline.ts'

/** One lane on its way: its changes go one at a time, oldest first. */
export interface Cursor<Item> {
  readonly lane: RoutedLane<Item>
  readonly change: Change<Item>
  /** The index of the lane's next change. */
  readonly next: number
}

/** One target's lanes, and what becomes of them. Every change is counted as delivered, or ends in one outcome. */
export interface LaneQueue<Item> {
  readonly isEmpty: () => boolean
  readonly takeOne: () => Cursor<Item> | undefined
  /** Up to `count` changes, of different items. */
  readonly take: (count: number) => readonly Cursor<Item>[]
  /** `answeredAt` is on the monotonic clock. */
  readonly succeed: (cursor: Cursor<Item>, status: ApplyResult, attempts: number, answeredAt: number) => void
  readonly giveUp: (cursor: Cursor<Item>, error: SyncError, attempts: number) => void
  /** Whatever was never started. */
  readonly leaveRest: () => void
}

export function laneQueue<Item>(
  lanes: readonly RoutedLane<Item>[],
  run: RouteRun<Item>,
  { start, startedAt }: Invocation,
  emit: (outcome: Outcome<Item>) => void,
): LaneQueue<Item> {
  const { route } = run
  const goingOn: Cursor<Item>[] = []
  let taken = 0

  function goOn({ lane, next }: Cursor<Item>): void {
    if (next < lane.changes.length) goingOn.push(cursor(lane, next))
  }
  function takeOne(): Cursor<Item> | undefined {
    const lane = lanes[taken]
    const one = lane ? cursor(lane, 0) : goingOn[taken - lanes.length]
    if (one) taken++
    return one
  }
  function take(count: number): readonly Cursor<Item>[] {
    const group: Cursor<Item>[] = []
    for (let one = takeOne(); one; one = group.length < count ? takeOne() : undefined) group.push(one)
    return group.length > 1 ? group.sort((a, b) => compareKeys(a.lane.key, b.lane.key)) : group
  }
  return {
    isEmpty: () => taken >= lanes.length + goingOn.length,
    takeOne,
    take,
    succeed(one, status, attempts, answeredAt) {
      count(run, one, status, attempts, startedAt + answeredAt - start)
      goOn(one)
    },
    giveUp(one, error, attempts) {
      const then = error.code !== 'TARGET_REJECTED' && route.onUnavailable === 'stall' ? 'leave' : 'park'
      const facts = { route, first: one.lane.first, status: 'failed', error, then } as const
      emit({ ...facts, change: one.change, attempts })
      // A guarded target sorts out what overtakes. An unguarded one must not be overtaken, nor what Lambda redelivers.
      if (then === 'park' && route.dlq && route.guarded) goOn(one)
      else for (const change of one.lane.changes.slice(one.next)) emit({ ...facts, change, attempts: 0 })
    },
    leaveRest() {
      for (const { lane, next } of take(Infinity))
        for (const change of lane.changes.slice(next - 1))
          emit({ route, change, first: lane.first, status: 'untouched', attempts: 0 })
    },
  }
}

function count<Item>(
  run: RouteRun<Item>,
  { change, lane }: Cursor<Item>,
  status: ApplyResult,
  attempts: number,
  answeredAt: number,
): void {
  const createdAt = change.changedAt.getTime()
  run.open--
  run.delivered++
  run.retries += attempts - 1
  if (createdAt > 0) run.latencies.push(Math.max(0, answeredAt - createdAt))
  if (status !== 'applied') run.skipped.push({ change, first: lane.first, status })
}

function cursor<Item>(lane: RoutedLane<Item>, at: number): Cursor<Item> {
  return { lane, change: lane.changes[at] as Change<Item>, next: at + 1 } // `at` is below the lane's length
}
