import type { Change, InventoryItem, SingleTarget } from 'dynamodb-stream-sync'

type Rows = Map<string, Change<InventoryItem>>

// region target
/** A rack keeps the newest change of each item, removals included. */
export function rackTarget(rows: Rows = new Map()): SingleTarget<InventoryItem> {
  const rowOf = ({ key, keyAttributes, version, item }: Change<InventoryItem>) =>
    item ? { key, version, item } : { key, version, item: keyAttributes, removed: true as const }
  return {
    guarded: true,
    apply: async (change) => {
      const held = rows.get(change.key)
      if (held?.version === change.version) return 'unchanged'
      if (held && held.version > change.version) return 'stale'
      rows.set(change.key, change)
      return 'applied'
    },
    read: async (keys) => keys.flatMap(({ key }) => rows.get(key) ?? []).map(rowOf),
    snapshot: () => ({
      order: 'none',
      async *pages() {
        yield [...rows.values()].map(rowOf)
      },
    }),
  }
}
// endregion

// region broken
/** A rack that forgets what it removed. */
export function forgetfulRack(): SingleTarget<InventoryItem> {
  const rows: Rows = new Map()
  const rack = rackTarget(rows)
  return {
    ...rack,
    apply: async (change, context) => {
      const answer = await rack.apply(change, context)
      if (answer === 'applied' && change.type === 'removal') rows.delete(change.key)
      return answer
    },
  }
}
// endregion
