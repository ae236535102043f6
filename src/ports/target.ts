import type { Change } from '../core/change.ts'
import type { Place } from './table.ts'

/** What a call may know of its surroundings. Hand it on as it is: a copy by spreading has no `signal`, which is made when asked for. */
export interface CallContext {
  /** The place's name in the sync. */
  readonly target: string
  /** Aborts when the attempt's time is up, or the invocation's. */
  readonly signal: AbortSignal
  /** Counts from 1. */
  readonly attempt: number
  /** What this attempt has left, in whole milliseconds, one at least. */
  readonly timeoutMs: number
}

/** `stale`: the target holds something newer. `unchanged`: it holds this very change already. Both are successes. */
export type ApplyResult = 'applied' | 'stale' | 'unchanged'

/**
 * One warehouse. It applies changes one by one (`apply`) or in batches (`applyBatch`), never both.
 *
 * It throws `TargetUnavailableError` when another try may help and `TargetRejectedError` when none would; any other
 * throw counts as unavailable. It should hand `signal` to whatever it calls, and leave the change as it is: every target
 * and the dead letter get the same one.
 */
export type WarehouseTarget<Item = unknown> = SingleTarget<Item> | BatchTarget<Item>

export interface SingleTarget<Item = unknown> extends Place {
  /**
   * Promises that an older version never overwrites a newer one, removals included: what is left of a removed item, its
   * tombstone, is kept longer than dead letters live, that is their queue's retention plus 24 h, and for 48 h at least.
   * `mode: 'original'` relies on it. Default false.
   */
  readonly guarded?: boolean | undefined
  readonly apply: (change: Change<Item>, context: CallContext) => Promise<ApplyResult>
  readonly applyBatch?: never
}

export interface BatchTarget<Item = unknown> extends Place {
  /** As {@link SingleTarget.guarded}. Default false. */
  readonly guarded?: boolean | undefined
  /** Changes per call. Default 100. */
  readonly batchSize?: number | undefined
  /** One answer per change, in order. The changes are sorted by key and never two of one key. */
  readonly applyBatch: (
    changes: readonly Change<Item>[],
    context: CallContext,
  ) => Promise<readonly (ApplyResult | Error)[]>
  readonly apply?: never
}
