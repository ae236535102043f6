import type { FoundRow } from '../../aws/dynamodb/read-rows.ts'
import { decodeImage } from '../../core/attribute-value.ts'
import { keyText, type ItemKey, type KeyAttribute } from '../../core/key.ts'
import type { AttributeMap } from '../../core/marshal.ts'
import { isVersion } from '../../core/version.ts'
import { TargetUnavailableError } from '../../errors.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import { ownKeyNames } from './key.ts'
import type { DynamoDbSettings } from './settings.ts'

/** A row without what it has only for the table's and this library's sake. One without a version is left as it is. */
export function entryOf(row: AttributeMap, settings: DynamoDbSettings): SnapshotEntry {
  const { versionAttribute, removedAttribute, expiryAttribute } = settings
  const item = decodeImage(row)
  for (const name of ownKeyNames(settings)) drop(item, name)
  const version = item[versionAttribute]
  if (typeof version !== 'string' || !isVersion(version)) return { item }
  const removed = item[removedAttribute] === true
  for (const name of [versionAttribute, removedAttribute, expiryAttribute]) drop(item, name)
  return removed ? { item, version, removed } : { item, version }
}

interface Asked {
  readonly item: ItemKey
  readonly key: Readonly<Record<string, KeyAttribute>>
}

/** The entries of rows that were read, each under the key of the item that it was asked for. */
export function foundEntries(
  rows: readonly FoundRow[],
  asked: readonly Asked[],
  settings: DynamoDbSettings,
): readonly SnapshotEntry[] {
  const names = Object.keys(asked[0]?.key ?? {})
  const keys = new Map(asked.map(({ item, key }) => [keyText(names, key), item.key]))
  return rows.map(({ text, row }) => ({ key: keys.get(text), ...readable(row, settings) }))
}

function readable(row: AttributeMap, settings: DynamoDbSettings): SnapshotEntry {
  try {
    return entryOf(row, settings)
  } catch (cause) {
    throw new TargetUnavailableError('A row of the target cannot be read, though it is there.', { cause })
  }
}

function drop(item: Record<string, unknown>, name: string): void {
  Reflect.deleteProperty(item, name)
}
