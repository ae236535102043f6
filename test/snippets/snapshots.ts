import type { Snapshot, SnapshotEntry } from 'dynamodb-stream-sync'
import { csvSnapshot } from 'dynamodb-stream-sync/snapshots/csv'
import { httpSnapshot } from 'dynamodb-stream-sync/snapshots/http'
import { ndjsonSnapshot } from 'dynamodb-stream-sync/snapshots/ndjson'

// region columns
/** sku,quantity,location */
export const lyon = csvSnapshot({ file: '/mnt/lyon/stock.csv', key: 'sku' })
// endregion

// region csv
/** article;site;on_hand, in which one file holds every site. */
export const austinFile = (file: string) =>
  csvSnapshot({
    file,
    delimiter: ';',
    encoding: 'windows-1252',
    key: 'sku',
    row: ({ article, site, on_hand = '' }) => {
      if (site !== 'austin') return undefined
      if (!/^\d{1,15}$/.test(on_hand)) throw new Error('on_hand is no number') // Number('') is 0
      return { sku: article, quantity: Number(on_hand) }
    },
  })
// endregion

// region ndjson
export const berlinFile = (file: string) => ndjsonSnapshot({ file, order: 'key', key: 'sku' })
// endregion

// region entries
export const guardedFile = (file: string) => ndjsonSnapshot({ file, entries: true, key: 'sku' })
// endregion

// region http
interface StockPage {
  readonly stock: readonly { readonly sku: string; readonly onHand: number }[]
  readonly cursor?: string
}

export const rome = (origin: string, token: string) =>
  httpSnapshot({
    url: `${origin}/stock?limit=1000`,
    headers: { authorization: `Bearer ${token}` },
    rows: (body) => (body as StockPage).stock,
    row: ({ sku, onHand }) => ({ sku, quantity: onHand }),
    next: (body) => {
      const { cursor } = body as StockPage
      return cursor === undefined ? undefined : `?limit=1000&cursor=${encodeURIComponent(cursor)}`
    },
  })
// endregion

// region items
/** What the warehouse's client offers. */
export interface Shelves {
  readonly list: (
    cursor: string | undefined,
    signal?: AbortSignal,
  ) => Promise<{ readonly rows: readonly ShelfRow[]; readonly next?: string | undefined }>
}

export interface ShelfRow {
  readonly sku: string
  readonly onHand: number
  readonly version?: string | undefined
}

export async function* shelfItems(shelves: Shelves) {
  let cursor: string | undefined
  do {
    const { rows, next } = await shelves.list(cursor)
    for (const { sku, onHand } of rows) yield { sku, quantity: onHand }
    cursor = next
  } while (cursor !== undefined)
}
// endregion

// region own
export function shelfSnapshot(shelves: Shelves): Snapshot {
  return {
    order: 'none',
    async *pages({ signal }) {
      const startedAt = new Date()
      let cursor: string | undefined
      let count = 0
      do {
        const { rows, next } = await shelves.list(cursor, signal)
        count += rows.length
        yield rows.map(({ sku, onHand, version }): SnapshotEntry => ({
          key: sku,
          item: { sku, quantity: onHand },
          version,
        }))
        cursor = next
      } while (cursor !== undefined && !signal.aborted)
      return { startedAt, endedAt: new Date(), complete: cursor === undefined, rows: count }
    },
  }
}
// endregion
