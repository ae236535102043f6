import { isBefore } from '../core/key-order.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'
import { validate } from '../runtime/validate.ts'
import type { Comparing } from './group.ts'
import { entryAt, keyAt, keyOf, rowsAtHand, type PlaceReader } from './reading/place-reader.ts'
import type { Settings, Warehouse } from './settings.ts'

/** All places, each in the order of keys. */
export interface Places {
  readonly source: PlaceReader
  readonly held: readonly PlaceReader[]
}

/** What the whole first look came to. */
export interface FirstLook {
  sourceRows: number
  /** Whether every place was read as far as it went; otherwise time was up. */
  finished: boolean
}

/**
 * The way of nearly all rows: every place stands at the same key, holds it once, and with equal content. Walks on while
 * that is so and rows are at hand, without an object or a promise for a row; answers the last key.
 */
export function walkEqual<Item>(
  { source, held }: Places,
  { warehouses, tallies, settings, isItem }: Comparing<Item>,
  look: FirstLook,
): string | undefined {
  const rows = walkable(source, held)
  let walked = 0
  let last: string | undefined
  let isAligned = rows > 0
  for (let key = keyAt(source); walked < rows && isAligned && key !== undefined; walked++) {
    const at = source.at + walked
    const next = keyOf(source, at + 1)
    if (next !== undefined && !isBefore(key, next)) break
    const ahead = keysAhead(held, walked + 1, key, next)
    if (ahead === 'repeated') break
    const item = itemAt(source, at, isItem, settings)
    if (item === undefined || !isEqualAt(held, walked, item, warehouses, settings)) break
    isAligned = ahead === 'aligned'
    last = key
    key = next
  }
  source.at += walked
  for (const reader of held) reader.at += walked
  look.sourceRows += walked
  for (const tally of tallies) {
    tally.rows += walked
    tally.parts.both.expected += walked
    tally.parts.both.keys += walked
  }
  return last
}

/** How many rows can be judged before a page is needed; none where the places do not stand at one key. */
function walkable(source: PlaceReader, held: readonly PlaceReader[]): number {
  const key = keyAt(source)
  let rows = source.duplicate || key === undefined ? 0 : rowsAtHand(source)
  for (const reader of held) rows = reader.duplicate || keyAt(reader) !== key ? 0 : Math.min(rows, rowsAtHand(reader))
  return rows
}

/** Where a place's next key is the source's, that one's order is proven by the source's. */
function keysAhead(
  held: readonly PlaceReader[],
  ahead: number,
  key: string,
  next: string | undefined,
): 'aligned' | 'apart' | 'repeated' {
  let isAligned = true
  for (let i = 0; i < held.length; i++) {
    const reader = held[i] as PlaceReader
    const theirs = keyOf(reader, reader.at + ahead)
    if (theirs === next) continue
    isAligned = false
    if (theirs !== undefined && !isBefore(key, theirs)) return 'repeated' // or out of order: looked at by itself
  }
  return isAligned ? 'aligned' : 'apart'
}

/** Undefined for a row that cannot be an item: it is looked at by itself. */
function itemAt<Item>(source: PlaceReader, at: number, isItem: boolean, { sync }: Settings<Item>): Item | undefined {
  const entry = entryAt(source, at)
  if (!isHeld(entry)) return undefined
  if (isItem) return entry.item as Item
  try {
    return validate(sync.item.schema, entry.item)
  } catch {
    return undefined
  }
}

function isEqualAt<Item>(
  held: readonly PlaceReader[],
  walked: number,
  item: Item,
  warehouses: readonly Warehouse<Item>[],
  { same }: Settings<Item>,
): boolean {
  for (let i = 0; i < held.length; i++) {
    const reader = held[i] as PlaceReader
    const entry = entryAt(reader, reader.at + walked)
    const accepts = warehouses[i]?.accepts
    if (!isHeld(entry) || (accepts && !isAccepted(accepts, item))) return false
    if (!same(item, entry.item as Partial<Item>)) return false
  }
  return true
}

/** Anything else is looked at by itself. */
function isHeld(entry: SnapshotEntry | undefined): entry is SnapshotEntry {
  const item: unknown = entry?.item
  return entry?.removed !== true && typeof item === 'object' && item !== null
}

function isAccepted<Item>(accepts: (item: Item) => boolean, item: Item): boolean {
  try {
    return accepts(item)
  } catch {
    return false
  }
}
