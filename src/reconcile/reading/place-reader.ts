import { compareKeys, isBefore } from '../../core/key-order.ts'
import { SnapshotError } from '../../errors.ts'
import type { SnapshotEntry, SnapshotSummary } from '../../ports/snapshot.ts'
import type { NextPage, PageReader } from './next-page.ts'
import { entryKey, type RowsOf } from './row.ts'

/**
 * One place while it is read in the order of keys: the rows at hand, and where it stands. It stands before a row whose
 * successor is known, so that a key that comes twice is seen before it is judged.
 */
export interface PlaceReader extends RowsOf {
  /** The page at hand. */
  entries: readonly SnapshotEntry[]
  /** The last row of the page before, which stands at -1: its successor is on this one. */
  carried: SnapshotEntry | undefined
  carriedKey: string | undefined
  /** Of the rows at hand, where they had to be made of items; else each row has its own. */
  keys: readonly string[] | undefined
  at: number
  /** The key at which it stands came before. */
  duplicate: boolean
  ended: boolean
  /** Whether it gave all its rows; known once it has ended. */
  complete: boolean
  /** Why it did not. */
  error: unknown
  given: number
  readonly pages: PageReader
  readonly wanted: ((key: string) => boolean) | undefined
  /** Of a sorted place: past this key nothing is wanted any more. */
  readonly until: string | undefined
}

export function placeReader(
  rowsOf: RowsOf,
  pages: PageReader,
  { wanted, until }: Pick<PlaceReader, 'wanted' | 'until'>,
): PlaceReader {
  // Written out: objects of one shape, which spreading does not always make, are read faster by every row's code.
  return {
    place: rowsOf.place,
    keyNames: rowsOf.keyNames,
    entries: [],
    carried: undefined,
    carriedKey: undefined,
    keys: undefined,
    at: 0,
    duplicate: false,
    ended: false,
    complete: false,
    error: undefined,
    given: 0,
    pages,
    wanted,
    until,
  }
}

/** Whether the next page is needed before the row at hand can be judged. */
export function needsPage(reader: PlaceReader): boolean {
  return !reader.ended && reader.at + 1 >= reader.entries.length
}

/** The key that it stands at; undefined at its end. */
export function keyAt(reader: PlaceReader): string | undefined {
  return keyOf(reader, reader.at)
}

export function entryAt({ entries, carried }: PlaceReader, index: number): SnapshotEntry | undefined {
  return index < 0 ? carried : entries[index]
}

/** The key of a row at hand; undefined past the last one. @throws SnapshotError for a row without key. */
export function keyOf(reader: PlaceReader, index: number): string | undefined {
  const { entries, keys } = reader
  if (index >= entries.length) return undefined
  if (index < 0) return reader.carriedKey
  if (keys) return keys[index]
  const entry = entries[index] as SnapshotEntry // or anything: it is looked at
  const key: unknown = (entry as Partial<SnapshotEntry> | null)?.key
  return typeof key === 'string' && key !== '' ? key : entryKey(entry, reader)
}

/** Reads on until the successor of the row at hand is known, or there is none. @throws SnapshotError for a row without key. */
export async function load(reader: PlaceReader): Promise<void> {
  while (needsPage(reader)) {
    const page = await reader.pages.next()
    if ('entries' in page) append(reader, page.entries)
    else end(reader, page)
  }
}

/** The row at hand is carried over, for its successor is on the new page. */
function append(reader: PlaceReader, page: readonly SnapshotEntry[]): void {
  const { wanted } = reader
  reader.carriedKey = keyAt(reader)
  reader.carried = entryAt(reader, reader.at)
  reader.at = reader.carriedKey === undefined ? 0 : -1
  reader.given += page.length
  reader.entries = page
  reader.keys = undefined
  const [first] = page as readonly (Partial<SnapshotEntry> | null | undefined)[] // looked at by `entryKey`
  if (!wanted && typeof first?.key === 'string') return
  const keys = page.map((entry) => entryKey(entry, reader))
  reader.keys = wanted ? keys.filter(wanted) : keys
  if (wanted) reader.entries = page.filter((_, index) => wanted(keys[index] as string)) // one for each row
  const last = keys.at(-1)
  if (reader.until === undefined || last === undefined || !isBefore(reader.until, last)) return
  reader.ended = true
  reader.complete = true
  reader.pages.close()
}

function end(reader: PlaceReader, page: Exclude<NextPage, { readonly entries: unknown }>): void {
  reader.ended = true
  if (!('summary' in page)) {
    if ('error' in page) reader.error = page.error
    return
  }
  const summary = (page.summary ?? {}) as Partial<SnapshotSummary> // anything may have been answered
  reader.complete = summary.complete !== false
  if (summary.rows === undefined || summary.rows === reader.given) return
  reader.complete = false
  reader.error = new SnapshotError(
    `"${reader.place}" said that it gave ${String(summary.rows)} rows, and ${String(reader.given)} were read.`,
  )
}

/**
 * Steps over rows of the key at hand until the last of them, noting that there were several.
 * @throws SnapshotError when the next key is out of order.
 */
export function skipDuplicates(reader: PlaceReader): void {
  for (;;) {
    const key = keyAt(reader)
    const next = keyOf(reader, reader.at + 1)
    if (key === undefined || next === undefined) return
    const order = compareKeys(key, next)
    if (order < 0) return
    if (order > 0) throw outOfOrder(reader.place, key, next)
    reader.duplicate = true
    reader.at++
  }
}

function outOfOrder(place: string, before: string, after: string): SnapshotError {
  const [first, second] = [before, after].map((key) => JSON.stringify(key.slice(0, 60)))
  return new SnapshotError(
    `"${place}" promised keys in UTF-8 byte order, and gave ${String(second)} after ${String(first)}. Sort by bytes (COLLATE "C"), or say order: 'none'.`,
  )
}
