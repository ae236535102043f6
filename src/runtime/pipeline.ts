import type { Change } from '../core/change.ts'
import type { Lane, LaneEntry, Touches } from '../core/lanes.ts'
import type { RoutedLane } from '../core/routes.ts'
import type { DecodeError, SyncError } from '../errors.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import type { Route } from './sync.ts'

/** A record that could not be turned into a change. */
export interface Poison {
  readonly position: number
  readonly raw: unknown
  readonly error: DecodeError
}

/** A record whose new state the table did not tell. */
export interface Unread {
  readonly position: number
  readonly error: SyncError
}

/** What every step hands on beside its own result. */
export interface Batch {
  /** The decoder's identifiers, by position. */
  readonly identifiers: readonly string[]
  readonly poison: readonly Poison[]
  readonly unread: readonly Unread[]
}

/** A record with the change it made. It touches every target until it is judged. */
export interface DecodedRecord<Item> extends LaneEntry<Item> {
  readonly record: StreamRecord
  /** The new image's version attribute is below the old one's. */
  readonly regressed: boolean
}

export interface Decoded<Item> extends Batch {
  readonly records: readonly DecodedRecord<Item>[]
}

export interface Selected<Item> extends Batch {
  readonly entries: readonly LaneEntry<Item>[]
  readonly regressed: readonly Change<Item>[]
  /** Which targets hold the new state of a change, where not all do. A filter is asked once, so that it answers once. */
  readonly verdicts: ReadonlyMap<Change<Item>, Touches>
}

export interface Laned<Item> extends Selected<Item> {
  readonly lanes: readonly Lane<Item>[]
}

export interface Routed<Item> extends Laned<Item> {
  readonly routes: readonly { readonly route: Route<Item>; readonly lanes: readonly RoutedLane<Item>[] }[]
}

/** For changes that come from no batch of records: redrives and repairs. */
export const noBatch: Laned<never> = {
  identifiers: [],
  poison: [],
  unread: [],
  entries: [],
  lanes: [],
  regressed: [],
  verdicts: new Map(),
}

/** A delivery that changed nothing: the target holds this very change, or something newer. */
export interface Skipped<Item> {
  readonly change: Change<Item>
  /** The position of the lane's first record. */
  readonly first: number
  readonly status: 'stale' | 'unchanged'
}

interface OutcomeFacts<Item> {
  readonly route: Route<Item>
  readonly change: Change<Item>
  /** The position of the lane's first record. */
  readonly first: number
  readonly attempts: number
}

/** A delivery that did not succeed. Those that did are counted in their target's run. */
export type Outcome<Item> = Failed<Item> | Untouched<Item>
/** Given up: to be parked, or left for Lambda to redeliver. */
export interface Failed<Item> extends OutcomeFacts<Item> {
  readonly status: 'failed'
  readonly error: SyncError
  readonly then: 'park' | 'leave'
}
/** Never started. */
export interface Untouched<Item> extends OutcomeFacts<Item> {
  readonly status: 'untouched'
}

/** How one target's part of an invocation went. */
export interface RouteRun<Item> {
  readonly route: Route<Item>
  /** Changes without an outcome as yet. */
  open: number
  durationMs: number
  breakerOpened: number
  /** Deliveries that ended applied, stale or unchanged. */
  delivered: number
  /** Those of them that ended stale or unchanged. */
  readonly skipped: Skipped<Item>[]
  /** Attempts beyond the first of what was delivered. */
  retries: number
  /** From creation to answer, in milliseconds, of what was delivered. */
  readonly latencies: number[]
}

export interface Delivering<Item> extends Routed<Item> {
  /** What did not succeed, as it comes, in chunks. */
  readonly outcomes: AsyncIterable<readonly Outcome<Item>[]>
  /** Complete once the outcomes have ended. */
  readonly runs: readonly RouteRun<Item>[]
}

export interface Settled<Item> extends Omit<Delivering<Item>, 'outcomes' | 'routes'> {
  readonly parked: readonly Failed<Item>[]
  readonly unresolved: readonly (Failed<Item> | Untouched<Item>)[]
  readonly poisonParked: readonly Poison[]
  readonly poisonUnresolved: readonly Poison[]
}
