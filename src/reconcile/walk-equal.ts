import { isBefore } from '../core/key-order.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'
import { validate } from '../runtime/validate.ts'
import type { Comparing } from './group.ts'
import { keyAt, type PlaceReader } from './reading/place-reader.ts'
import type { Settings } from './settings.ts'
import { versionIn } from './source.ts'

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
 * The way of nearly all rows: every place stands at the same key, holds it once and with equal content, and goes on with
 * the same next key. Walks on while that is so and rows are at hand, without an object or a promise for a row; answers the
 * last key. Anything else is looked at by itself.
 */
export function walkEqual<Item>(places: Places, comparing: Comparing<Item>, look: FirstLook): string | undefined {
  const { source, held } = places
  const most = rowsTogether(places)
  const walked = most > 0 ? equalRows(places, comparing, most) : 0
  if (walked === 0) return undefined
  const last = keyIn(source.entries, source.keys, source.at + walked - 1)
  source.at += walked
  for (const reader of held) reader.at += walked
  look.sourceRows += walked
  for (const tally of comparing.tallies) {
    tally.rows += walked
    tally.parts.both.expected += walked
    tally.parts.both.keys += walked
  }
  return last
}

/** How many rows of the pages at hand have a successor there; none where the places do not stand at one key. */
function rowsTogether({ source, held }: Places): number {
  const key = keyAt(source)
  let rows = key === undefined ? 0 : rowsHere(source)
  for (const reader of held) rows = keyAt(reader) === key ? Math.min(rows, rowsHere(reader)) : 0
  return rows
}

function rowsHere({ entries, at, duplicate }: PlaceReader): number {
  return duplicate || at < 0 ? 0 : entries.length - at - 1
}

/** Called for every row: what it needs of the places is at hand before its loop. */
function equalRows<Item>({ source, held }: Places, comparing: Comparing<Item>, most: number): number {
  const { entries, keys, at } = source
  const { warehouses, settings, isItem } = comparing
  const { same } = settings
  const [pages, pagesKeys] = [held.map((reader) => reader.entries), held.map((reader) => reader.keys)]
  const [starts, filters] = [held.map((reader) => reader.at), warehouses.map(({ accepts }) => accepts)]
  let key = keyIn(entries, keys, at)
  for (let walked = 0; walked < most; walked++) {
    const next = keyIn(entries, keys, at + walked + 1)
    if (key === undefined || next === undefined || !isBefore(key, next)) return walked
    const item = itemIn(entries[at + walked], isItem, settings)
    if (item === undefined) return walked
    for (let i = 0; i < pages.length; i++) {
      const page = pages[i] as readonly SnapshotEntry[] // one for each place, as starts and filters
      const index = (starts[i] as number) + walked
      if (keyIn(page, pagesKeys[i], index + 1) !== next) return walked
      const entry = page[index]
      const accepts = filters[i]
      if (!isHeld(entry) || (accepts && !isAccepted(accepts, item))) return walked
      if (!same(item, entry.item as Partial<Item>)) return walked
    }
    key = next
  }
  return most
}

/** Undefined: none that can be read as it is. */
function keyIn(
  entries: readonly SnapshotEntry[],
  keys: readonly string[] | undefined,
  index: number,
): string | undefined {
  if (keys) return keys[index]
  const key: unknown = (entries[index] as Partial<SnapshotEntry> | null | undefined)?.key // or anything: it is looked at
  return typeof key === 'string' ? key : undefined // an empty one stands after no other: the walk ends before it
}

function itemIn<Item>(entry: SnapshotEntry | undefined, isItem: boolean, settings: Settings<Item>): Item | undefined {
  if (!isHeld(entry)) return undefined
  try {
    versionIn(entry.item, settings) // a row without the version that decides is no item
    return isItem ? (entry.item as Item) : validate(settings.sync.item.schema, entry.item)
  } catch {
    return undefined
  }
}

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
