import { keyText, type KeyAttribute } from '../../core/key.ts'
import { isVersion } from '../../core/version.ts'
import { isSyncError, SnapshotError } from '../../errors.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'

/** One row of a place, with its key. */
export interface Row {
  readonly key: string
  readonly keyAttributes: Readonly<Record<string, KeyAttribute>>
  readonly item: Readonly<Record<string, unknown>>
  readonly version: string | undefined
  readonly removed: boolean
}

/** A place by its name, for messages, and the names of the key attributes of its rows. */
export interface RowsOf {
  readonly place: string
  readonly keyNames: readonly string[]
}

/** The key of a row that a place gave, as cheaply as it can be had. @throws SnapshotError when it has none, or is no row. */
export function entryKey(entry: SnapshotEntry, { place, keyNames }: RowsOf): string {
  const given: unknown = entry
  const { item, key } = (given ?? {}) as { readonly item?: unknown; readonly key?: unknown }
  if (typeof item !== 'object' || item === null) throw new SnapshotError(`"${place}" gave a row that is no object.`)
  if (typeof key === 'string' && key !== '') return key
  if (key !== undefined) throw new SnapshotError(`"${place}" gave a row whose key is no text.`)
  return withoutKey(place, () => keyText(keyNames, item as Readonly<Record<string, unknown>>))
}

/** A row with its key. @throws SnapshotError when it has none, or is no row. */
export function rowOf(entry: SnapshotEntry, rowsOf: RowsOf): Row {
  const key = entryKey(entry, rowsOf)
  const { version, removed, item } = entry
  if (version !== undefined && !isVersion(version))
    throw new SnapshotError(
      `"${rowsOf.place}" gave a row whose version is none. Give back the change's own, or no version.`,
    )
  return { key, keyAttributes: attributesOf(key, rowsOf, item), item, version, removed: removed === true }
}

/** A place may tell the key and keep its attributes to itself; of one text attribute they are the same. */
function attributesOf(key: string, { place, keyNames }: RowsOf, item: Row['item']): Row['keyAttributes'] {
  if (keyNames.every((name) => item[name] !== undefined))
    return withoutKey(place, () => {
      keyText(keyNames, item)
      return Object.fromEntries(keyNames.map((name) => [name, item[name] as KeyAttribute])) // keyText refused others
    })
  const [only] = keyNames
  if (keyNames.length === 1 && only !== undefined) return { [only]: key }
  throw new SnapshotError(`"${place}" gave a row without its key attributes ${keyNames.join(' and ')}.`)
}

function withoutKey<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!isSyncError(cause, 'RECORD_UNDECODABLE')) throw cause
    throw new SnapshotError(`"${place}" gave a row without a key. ${cause.message}`, { cause })
  }
}
