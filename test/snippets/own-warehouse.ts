import {
  TargetRejectedError,
  TargetUnavailableError,
  type InventoryItem,
  type ItemKey,
  type SingleTarget,
} from 'dynamodb-stream-sync'

/** What the warehouse's client offers: one call that compares and writes in one step. */
export interface ShelfClient {
  readonly putIfNewer: (
    row: ShelfRow,
    signal: AbortSignal,
  ) => Promise<'written' | 'older' | 'same' | 'busy' | 'invalid'>
  readonly get: (keys: readonly string[], signal: AbortSignal) => Promise<readonly ShelfRow[]>
}

export interface ShelfRow {
  readonly key: string
  readonly version: string
  readonly keyAttributes: ItemKey['keyAttributes']
  /** Absent: a tombstone. */
  readonly item?: InventoryItem | undefined
}

export function shelfTarget(client: ShelfClient): SingleTarget<InventoryItem> {
  return {
    guarded: true,
    apply: async ({ key, keyAttributes, version, item }, { signal }) => {
      const answer = await client.putIfNewer({ key, keyAttributes, version, item }, signal)
      if (answer === 'older') return 'stale'
      if (answer === 'same') return 'unchanged'
      if (answer === 'busy') throw new TargetUnavailableError('The shelf is busy.', { retryAfterMs: 500 })
      if (answer === 'invalid') throw new TargetRejectedError('The shelf refused the row.')
      return 'applied'
    },
    read: async (keys, { signal }) => {
      const rows = await client.get(
        keys.map(({ key }) => key),
        signal,
      )
      return rows.map(({ key, keyAttributes, version, item }) =>
        item ? { key, version, item } : { key, version, item: keyAttributes, removed: true },
      )
    },
  }
}
