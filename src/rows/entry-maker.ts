import { keyText } from '../core/key.ts'
import { isRecord, isThenable } from '../core/objects.ts'
import { isVersion } from '../core/version.ts'
import { isSyncError, SnapshotError } from '../errors.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'

/** What a snapshot makes of the rows that it reads. */
export interface RowOptions<Row> {
  /**
   * Makes an item of a row; `undefined` leaves the row out. Default: the row is the item. What it throws ends the
   * snapshot with a SnapshotError that says where the row stands.
   */
  readonly row?: ((row: Row) => object | undefined) | undefined
  /**
   * The rows (or what `row` makes of them) are no items but entries, `{ key, item, version, removed }`: so does a place
   * tell its versions and tombstones. `item` alone is needed. Default false.
   */
  readonly entries?: boolean | undefined
  /**
   * The item's key attributes, as in its definition: `'sku'` or `['sku', 'location']`. Then a row without key is refused
   * where it stands. Default: keys are looked at by reconcile, which cannot name the line.
   */
  readonly key?: string | readonly string[] | undefined
}

/** An entry of a row; undefined: it is left out. @throws SnapshotError whose message says what the row does wrong, but not where it stands. */
export type EntryMaker<Row> = (row: Row) => SnapshotEntry | undefined

export function entryMaker<Row>({ row, entries = false, key }: RowOptions<Row>): EntryMaker<Row> {
  const item = row === undefined ? (value: Row): unknown => value : (value: Row): unknown => made(row, value)
  const entryOf = entries ? checkedEntry : itemEntry
  if (key === undefined)
    return (value) => {
      const given = item(value)
      return given === undefined ? undefined : entryOf(given)
    }
  const names = typeof key === 'string' ? [key] : key
  return (value) => {
    const given = item(value)
    return given === undefined ? undefined : withKey(names, entryOf(given))
  }
}

function made<Row>(row: (row: Row) => unknown, value: Row): unknown {
  let result: unknown
  try {
    result = row(value)
  } catch (cause) {
    throw new SnapshotError('made the row function throw. Return undefined to leave a row out.', { cause })
  }
  if (!isThenable(result)) return result
  throw new SnapshotError('made the row function return a promise, which nobody waits for. Return an item.')
}

function itemEntry(item: unknown): SnapshotEntry {
  if (isRecord(item)) return { item }
  throw new SnapshotError(`holds ${kindOf(item)} where an item should be. Make it an object, by row perhaps.`)
}

const members: ReadonlySet<string> = new Set(['key', 'item', 'version', 'removed'])

function checkedEntry(entry: unknown): SnapshotEntry {
  if (!isRecord(entry)) throw new SnapshotError(`holds ${kindOf(entry)} where an entry should be.`)
  const { key, item, version, removed } = entry
  if (!isRecord(item)) throw new SnapshotError('holds an entry without an item. Give { key, item, version, removed }.')
  if (key !== undefined && (typeof key !== 'string' || key === ''))
    throw new SnapshotError('holds an entry whose key is no text. Give the key text, or leave it out.')
  if (version !== undefined && (typeof version !== 'string' || !isVersion(version)))
    throw new SnapshotError("holds an entry whose version is none. Give back the change's own, or leave it out.")
  if (removed !== undefined && typeof removed !== 'boolean')
    throw new SnapshotError('holds an entry whose member removed is neither true nor false.')
  if (Object.keys(entry).some((name) => !members.has(name)))
    throw new SnapshotError('holds an entry with an unknown member. Attributes belong into its item.')
  return {
    item,
    ...(key === undefined ? {} : { key }),
    ...(version === undefined ? {} : { version }),
    ...(removed === true ? { removed } : {}),
  }
}

function withKey(names: readonly string[], entry: SnapshotEntry): SnapshotEntry {
  if (entry.key !== undefined) return entry
  try {
    const key = keyText(names, entry.item)
    return entry.version === undefined && entry.removed === undefined ? { key, item: entry.item } : { ...entry, key }
  } catch (cause) {
    if (!isSyncError(cause, 'RECORD_UNDECODABLE')) throw cause
    throw new SnapshotError(`has no key. ${cause.message}`, { cause })
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
