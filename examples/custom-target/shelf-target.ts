import {
  TargetRejectedError,
  TargetUnavailableError,
  type ApplyResult,
  type InventoryItem,
  type SingleTarget,
  type SnapshotEntry,
} from 'dynamodb-stream-sync'
import { askShelf, type ShelfAddress } from './ask-shelf.ts'

const results = new Map<string, ApplyResult>([
  ['WRITTEN', 'applied'],
  ['OLDER', 'stale'],
  ['SAME', 'unchanged'],
])

/** One row as the shelf tells it. One without a quantity was taken away, and its version is kept. */
interface ShelfRow {
  readonly sku: string
  readonly version: string
  readonly quantity?: number
}

/** A warehouse that speaks lines: `PUT {…}` and `GET […]`, answered by a word, and what belongs to it. */
export function shelfTarget(address: ShelfAddress): SingleTarget<InventoryItem> {
  return {
    guarded: true, // the shelf compares versions and writes in one step
    apply: async ({ keyAttributes, version, item }, { signal }) => {
      const row = { sku: keyAttributes['sku'], version, quantity: item?.quantity }
      const answer = await askShelf(address, `PUT ${JSON.stringify(row)}`, signal)
      const result = results.get(answer)
      if (result) return result
      if (answer === 'REFUSED') throw new TargetRejectedError('The shelf refused the row.')
      throw new TargetUnavailableError('The shelf answered neither yes nor no.')
    },
    read: async (keys, { signal }) => {
      const answer = await askShelf(
        address,
        `GET ${JSON.stringify(keys.map(({ keyAttributes }) => keyAttributes['sku']))}`,
        signal,
      )
      if (!answer.startsWith('ROWS ')) throw new TargetUnavailableError('The shelf does not tell its rows.')
      return (JSON.parse(answer.slice('ROWS '.length)) as ShelfRow[]).map(entryOf) // the shelf's own format
    },
  }
}

function entryOf({ sku, version, quantity }: ShelfRow): SnapshotEntry {
  return quantity === undefined ? { item: { sku }, version, removed: true } : { item: { sku, quantity }, version }
}
