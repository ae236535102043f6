import type { ApplyResult, BatchTarget, Change, InventoryItem, SingleTarget } from 'dynamodb-stream-sync'
import { compareVersions } from '../../src/core/version.ts'
import { memorySnapshot } from '../../src/testing/memory-snapshot.ts'
import type { Surroundings } from '../../src/testing/simulation/world.ts'

type Row = Readonly<Record<string, unknown>>

interface Held {
  readonly version: string | undefined
  readonly keyAttributes: Row
  /** Undefined: a tombstone. */
  readonly item: Row | undefined
}

/** A warehouse of a run, and how it can be falsified. */
export interface Warehouse {
  readonly held: Map<string, Held>
  readonly take: (change: Change<InventoryItem>) => ApplyResult
  readonly single: SingleTarget<InventoryItem>
  readonly batch: BatchTarget<InventoryItem>
  readonly tamper: (key: string) => boolean
}

/** `guard` decides what a change does to what is held. Default: newest wins, with tombstones. */
export function warehouse(
  { clock }: Pick<Surroundings, 'clock'>,
  options: {
    readonly guarded?: boolean
    readonly forgets?: boolean
    readonly newer?: (change: Change<InventoryItem>, held: Held) => number
  } = {},
): Warehouse {
  const { guarded = true, forgets = false, newer = byVersion } = options
  const held = new Map<string, Held>()

  function take(change: Change<InventoryItem>): ApplyResult {
    const before = held.get(change.key)
    if (guarded && before) {
      const order = newer(change, before)
      if (order <= 0) return order < 0 ? 'stale' : 'unchanged'
    }
    const { key, version, keyAttributes, item } = change
    if (item !== undefined || (guarded && !forgets))
      held.set(key, { version: guarded ? version : undefined, keyAttributes, item })
    else held.delete(key)
    return 'applied'
  }
  const rows = () =>
    [...held].map(([key, { version, item, keyAttributes }]) => ({
      key,
      item: item ?? keyAttributes,
      ...(version === undefined ? {} : { version }),
      ...(item === undefined ? { removed: true as const } : {}),
    }))
  const place = {
    guarded,
    read: (keys: readonly { readonly key: string }[]) => {
      const asked = new Set(keys.map(({ key }) => key))
      return Promise.resolve(rows().filter(({ key }) => asked.has(key)))
    },
    snapshot: () => memorySnapshot(rows, clock),
  }
  return {
    held,
    take,
    single: { ...place, apply: (change) => Promise.resolve(take(change)) },
    batch: { ...place, batchSize: 3, applyBatch: (changes) => Promise.resolve(changes.map(take)) },
    tamper(key) {
      const one = held.get(key)
      if (!one?.item) return false
      held.set(key, { ...one, item: { ...one.item, quantity: 7_777 } })
      return true
    },
  }
}

function byVersion({ version }: Change<InventoryItem>, held: Held): number {
  return compareVersions(version, held.version ?? '')
}
