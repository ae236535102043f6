import { compareKeys } from '../core/key-order.ts'
import { keyText, type KeyAttribute } from '../core/key.ts'
import { isVersion } from '../core/version.ts'
import { isSyncError, SnapshotError } from '../errors.ts'
import type { Snapshot, SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'
import type { Partition, SnapshotLike } from './options.ts'

/** One row of a place, with its key. */
export interface Row {
  readonly key: string
  readonly keyAttributes: Readonly<Record<string, KeyAttribute>>
  readonly item: Readonly<Record<string, unknown>>
  readonly version: string | undefined
  readonly removed: boolean
}

/** What was read of a place. */
export interface ReadRows {
  readonly rows: readonly Row[]
  readonly complete: boolean
  /** Why it is not complete, where reading failed. */
  readonly error?: unknown
}

export interface Reading {
  /** The place's name, for messages. */
  readonly place: string
  readonly keyNames: readonly string[]
  readonly signal: AbortSignal
  /** Only keys after this one. */
  readonly after?: string | undefined
  readonly partition?: Partition | undefined
}

type Pages = AsyncIterator<readonly SnapshotEntry[], unknown>

/**
 * Reads a place to its end, or until the signal aborts. A place that fails is read as far as it went.
 * @throws SnapshotError for a row without key, a row that is none, and keys that are out of the order promised.
 */
export async function readSnapshot<Item>(like: SnapshotLike<Item>, reading: Reading): Promise<ReadRows> {
  const rows: Row[] = []
  const sorted = isSnapshot(like) && like.order === 'key'
  let last: string | undefined
  try {
    const pages = openPages(like, reading)
    for (;;) {
      const page = await orAborted(pages.next(), reading.signal)
      if (page === undefined) {
        pages.return?.().catch(() => undefined)
        return { rows, complete: false }
      }
      if (page.done) return { rows, complete: isComplete(page.value) }
      const isList: boolean = Array.isArray(page.value)
      if (!isList) return { rows, complete: false, error: new TypeError('A page is no array.') }
      for (const entry of page.value) {
        const row = rowOf(entry, reading)
        if (sorted && last !== undefined && compareKeys(last, row.key) > 0) throw outOfOrder(reading.place, row.key)
        last = row.key
        if (isWanted(row, reading)) rows.push(row)
      }
    }
  } catch (error) {
    if (isSyncError(error, 'SNAPSHOT_INVALID')) throw error
    return { rows, complete: false, error }
  }
}

/** A row with its key. @throws SnapshotError when it has none, or is no row. */
export function rowOf(entry: SnapshotEntry, { place, keyNames }: Pick<Reading, 'place' | 'keyNames'>): Row {
  const given: unknown = entry
  const item: unknown = (given as { readonly item?: unknown } | null | undefined)?.item
  if (typeof item !== 'object' || item === null) throw new SnapshotError(`"${place}" gave a row that is no object.`)
  const { version, removed, key } = entry
  if (version !== undefined && !isVersion(version))
    throw new SnapshotError(`"${place}" gave a row whose version is none. Give back the change's own, or no version.`)
  const attributes = item as Readonly<Record<string, unknown>>
  const row = { item: attributes, version, removed: removed === true }
  if (key === undefined) return { ...row, ...keyOfRow(place, keyNames, attributes) }
  if (typeof key !== 'string' || key === '') throw new SnapshotError(`"${place}" gave a row whose key is no text.`)
  return { ...row, key, keyAttributes: attributesOf(key, place, keyNames, attributes) }
}

function keyOfRow(place: string, names: readonly string[], item: Readonly<Record<string, unknown>>) {
  try {
    const key = keyText(names, item)
    return { key, keyAttributes: pick(names, item) }
  } catch (cause) {
    if (!isSyncError(cause, 'RECORD_UNDECODABLE')) throw cause
    throw new SnapshotError(`"${place}" gave a row without a key. ${cause.message}`, { cause })
  }
}

/** A place may tell the key and keep its attributes to itself; of one text attribute they are the same. */
function attributesOf(key: string, place: string, names: readonly string[], item: Row['item']): Row['keyAttributes'] {
  if (names.every((name) => item[name] !== undefined)) return keyOfRow(place, names, item).keyAttributes
  const [only] = names
  if (names.length === 1 && only !== undefined) return { [only]: key }
  throw new SnapshotError(`"${place}" gave a row without its key attributes ${names.join(' and ')}.`)
}

function pick(names: readonly string[], item: Row['item']): Row['keyAttributes'] {
  return Object.fromEntries(names.map((name) => [name, item[name] as KeyAttribute])) // keyText refused anything else
}

function isWanted({ key }: Row, { after, partition }: Reading): boolean {
  if (after !== undefined && compareKeys(key, after) <= 0) return false
  return partition === undefined || hash(key) % partition.count === partition.index
}

/** FNV-1a. Places are partitioned by key, for their own partitions are not the same ones. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

function isSnapshot<Item>(like: SnapshotLike<Item>): like is Snapshot {
  return typeof (like as { readonly pages?: unknown }).pages === 'function'
}

function openPages<Item>(like: SnapshotLike<Item>, { place, signal, after }: Reading): Pages {
  const given: unknown = like
  if (typeof given === 'object' && given !== null) {
    if (isSnapshot(like)) return like.pages({ signal, ...(after === undefined ? {} : { after }) })
    if (Symbol.asyncIterator in given || Symbol.iterator in given)
      return plainPages(like as AsyncIterable<Partial<Item>>) // or an iterable: `for await` takes either
  }
  throw new SnapshotError(`"${place}" is no snapshot. Give a snapshot, or rows as an array or an async iterable.`)
}

async function* plainPages<Item>(items: AsyncIterable<Partial<Item>>): AsyncGenerator<readonly SnapshotEntry[]> {
  for await (const item of items) yield [{ item: item }] // looked at by `rowOf`
}

function isComplete(summary: unknown): boolean {
  return (summary as Partial<SnapshotSummary> | undefined)?.complete !== false
}

function outOfOrder(place: string, key: string): SnapshotError {
  return new SnapshotError(
    `"${place}" promised keys in UTF-8 byte order, and ${JSON.stringify(key.slice(0, 60))} is out of it. Sort by bytes (COLLATE "C"), or say order: 'none'.`,
  )
}

/** The promise's value, or undefined as soon as the signal aborts. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop: (() => void) | undefined
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([aborted, promise])
  } finally {
    if (stop) signal.removeEventListener('abort', stop)
    promise.catch(() => undefined)
  }
}
