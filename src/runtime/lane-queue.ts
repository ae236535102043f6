import type { Change } from '../core/change.ts'
import type { RoutedLane } from '../core/routes.ts'
import type { SyncError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { ApplyResult } from '../ports/target.ts'
import type { Outcome } from './pipeline.ts'
import type { Route } from './sync.ts'

/** One lane on its way: its changes go one at a time, oldest first. */
export interface Cursor<Item> {
  readonly lane: RoutedLane<Item>
  readonly change: Change<Item>
  /** The index of the lane's next change. */
  readonly next: number
}

/** One target's lanes, and what becomes of them. Every change ends in exactly one outcome. */
export interface LaneQueue<Item> {
  readonly isEmpty: () => boolean
  readonly takeOne: () => Cursor<Item> | undefined
  /** Up to `count` changes, of different items. */
  readonly take: (count: number) => readonly Cursor<Item>[]
  readonly succeed: (cursor: Cursor<Item>, status: ApplyResult, attempts: number) => void
  readonly giveUp: (cursor: Cursor<Item>, error: SyncError, attempts: number) => void
  /** Whatever was never started. */
  readonly leaveRest: () => void
}

export function laneQueue<Item>(
  route: Route<Item>,
  lanes: readonly RoutedLane<Item>[],
  clock: Clock,
  emit: (outcome: Outcome<Item>) => void,
): LaneQueue<Item> {
  const queue = lanes.map((lane) => cursor(lane, 0))
  let taken = 0

  function goOn({ lane, next }: Cursor<Item>): void {
    if (next < lane.changes.length) queue.push(cursor(lane, next))
  }
  return {
    isEmpty: () => taken >= queue.length,
    takeOne() {
      return queue[taken++]
    },
    take(count) {
      const group = queue.slice(taken, taken + count)
      taken += group.length
      return group
    },
    succeed(one, status, attempts) {
      emit({ route, change: one.change, first: one.lane.first, status, attempts, answeredAt: clock.now() })
      goOn(one)
    },
    giveUp(one, error, attempts) {
      const then = error.code !== 'TARGET_REJECTED' && route.onUnavailable === 'stall' ? 'leave' : 'park'
      const facts = { route, first: one.lane.first, answeredAt: clock.now(), status: 'failed', error, then } as const
      emit({ ...facts, change: one.change, attempts })
      // A guarded target sorts out what overtakes. An unguarded one must not be overtaken, nor what Lambda redelivers.
      if (then === 'park' && route.dlq && route.guarded) goOn(one)
      else for (const change of one.lane.changes.slice(one.next)) emit({ ...facts, change, attempts: 0 })
    },
    leaveRest() {
      for (const { lane, next } of queue.slice(taken))
        for (const change of lane.changes.slice(next - 1))
          emit({ route, change, first: lane.first, status: 'untouched', attempts: 0, answeredAt: clock.now() })
    },
  }
}

function cursor<Item>(lane: RoutedLane<Item>, at: number): Cursor<Item> {
  return { lane, change: lane.changes[at] as Change<Item>, next: at + 1 } // `at` is below the lane's length
}
