import type { ItemKey } from '../core/key.ts'
import type { Snapshot, SnapshotEntry } from './snapshot.ts'
import type { CallContext } from './target.ts'

/** Abilities to look into a place. A missing member is a missing ability. */
export interface Place {
  /** Answers every key that the place holds, tombstones included, and leaves out the rest. Throws when it cannot tell. */
  readonly read?: ((keys: readonly ItemKey[], context: CallContext) => Promise<readonly SnapshotEntry[]>) | undefined
  /** All that the place holds, opened anew at each call. */
  readonly snapshot?: (() => Snapshot) | undefined
}

/**
 * The table itself: hydrates KEYS_ONLY streams, answers `mode: 'current'`, is reconcile's source.
 * Its `read` is strongly consistent; a key that could not be answered makes it throw, for gone and unknown are not the same.
 */
export interface SourceTable {
  readonly read: NonNullable<Place['read']>
  readonly snapshot: NonNullable<Place['snapshot']>
}
