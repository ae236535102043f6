import type { Change } from '../core/change.ts'
import type { InventoryItem } from '../core/inventory-item.ts'
import type { ItemDefinition } from '../core/item.ts'
import { compareVersions } from '../core/version.ts'
import type { Clock } from '../ports/clock.ts'
import type { Snapshot, SnapshotEntry } from '../ports/snapshot.ts'
import type { Place } from '../ports/table.ts'
import type { ApplyResult, SingleTarget } from '../ports/target.ts'
import { systemClock } from '../system-clock.ts'
import { compareKeys } from '../core/key-order.ts'
import { faultyAttempts, type Fault } from './faults.ts'
import { memorySnapshot } from './memory-snapshot.ts'

/** How a warehouse in memory behaves. */
export interface MemoryTargetOptions<Item> {
  /** One per attempt to apply, in order; then all is well. Default: none. */
  readonly faults?: readonly Fault[] | undefined
  /** What `delayMs` waits on, and snapshots are dated by. Default: the machine's. */
  readonly clock?: Clock | undefined
  /** Compares versions and keeps tombstones. Default true; with false the last change to arrive stands. */
  readonly guarded?: boolean | undefined
  /** Of what it holds; for its type. */
  readonly item?: ItemDefinition<Item> | undefined
}

/** A warehouse in memory, and what a test may ask of it. */
export interface MemoryTarget<Item> extends SingleTarget<Item> {
  readonly read: NonNullable<Place['read']>
  /** Sorted by key in UTF-8 byte order, tombstones included. */
  readonly snapshot: () => Snapshot
  /** What it holds, in the order of keys. */
  readonly items: () => readonly Item[]
  /** The changes that it took, in order: stale and unchanged ones are none of them. */
  readonly changes: () => readonly Change<Item>[]
}

/**
 * A warehouse in memory: guarded, readable, and as faulty as told.
 *
 * @example
 * const east = memoryTarget({ faults: ['unavailable', { retryAfterMs: 300 }] })
 *
 * @throws ConfigError for a fault that there is none of.
 */
export function memoryTarget<Item = InventoryItem>(options: MemoryTargetOptions<Item> = {}): MemoryTarget<Item> {
  const { faults = [], clock = systemClock, guarded = true } = options
  const attempt = faultyAttempts(faults, clock)
  const held = new Map<string, Change<Item>>()
  const taken: Change<Item>[] = []

  function take(change: Change<Item>): ApplyResult {
    const before = held.get(change.key)
    if (guarded && before) {
      const order = compareVersions(change.version, before.version)
      if (order < 0) return 'stale'
      if (order === 0) return 'unchanged'
    }
    if (guarded || change.type === 'upsert') held.set(change.key, change)
    else held.delete(change.key)
    taken.push(change)
    return 'applied'
  }

  const snapshot = () => memorySnapshot(() => [...held.values()].map(rowOf), clock)

  return {
    guarded,
    apply: (change, { signal }) => attempt(signal, () => take(change)),
    read: async (keys) =>
      [...new Set(keys.map(({ key }) => key))].flatMap((key) => {
        const change = held.get(key)
        return change ? [rowOf(change)] : []
      }),
    snapshot,
    items: () =>
      [...held.values()]
        .sort((a, b) => compareKeys(a.key, b.key))
        .flatMap((change) => (change.type === 'upsert' ? [change.item] : [])),
    changes: () => [...taken],
  }
}

function rowOf<Item>(change: Change<Item>): SnapshotEntry & { readonly key: string } {
  const { key, keyAttributes, version } = change
  if (change.type === 'removal') return { key, item: keyAttributes, version, removed: true }
  return { key, item: change.item as Readonly<Record<string, unknown>>, version } // an item is an object with attributes
}
