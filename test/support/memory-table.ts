import type { SourceTable } from 'dynamodb-stream-sync'

/** A table in memory that can be written to between two looks. */
export interface MemoryTable extends SourceTable {
  readonly put: (item: { readonly sku: string } & Readonly<Record<string, unknown>>) => void
  readonly remove: (sku: string) => void
  /** How often `read` was called. */
  readonly reads: () => number
}

/** `beforeRead` runs before each keyed read, which it may write before, or fail. */
export function memoryTable(
  rows: readonly ({ readonly sku: string } & Readonly<Record<string, unknown>>)[],
  options: { readonly beforeRead?: (call: number) => void; readonly complete?: boolean } = {},
): MemoryTable {
  const { beforeRead, complete = true } = options
  const held = new Map(rows.map((row) => [row.sku, row]))
  let reads = 0
  return {
    put: (item) => void held.set(item.sku, item),
    remove: (sku) => void held.delete(sku),
    reads: () => reads,
    read: async (keys) => {
      reads++
      beforeRead?.(reads)
      return keys.flatMap(({ key }) => {
        const item = held.get(key)
        return item ? [{ item }] : []
      })
    },
    snapshot: () => ({
      order: 'none',
      async *pages() {
        yield [...held.values()].map((item) => ({ item }))
        return { startedAt: new Date(0), endedAt: new Date(0), complete }
      },
    }),
  }
}
