import type { Change } from '../../core/change.ts'
import { changedKeyAttribute } from '../../core/changed-key.ts'
import { isRecord } from '../../core/objects.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import { columnText } from './column-text.ts'
import { emptyTexts } from './empty-text.ts'
import { keyColumns, keyTexts } from './key.ts'
import type { PostgresTargetSettings } from './settings.ts'
import type { Table, TableColumn } from './table.ts'

/** The row that a change leaves: the item and its version, or a tombstone. */
export interface TargetRow {
  readonly key: readonly TableColumn[]
  readonly columns: readonly TableColumn[]
  /** Of the key's columns, then of the others. */
  readonly texts: readonly (string | null)[]
  readonly version: string
  readonly removed: boolean
}

/** @throws TargetRejectedError for an item that the table cannot hold exactly. */
export function rowOf(change: Change<unknown>, table: Table, settings: PostgresTargetSettings): TargetRow {
  const key = keyColumns(change, table, settings)
  const attributes = attributesOf(change)
  if (change.type === 'upsert') refuseUnfit(change, attributes, key, table, settings)
  const columns = columnsFor(attributes, key, table, settings)
  const write = change.type === 'upsert' ? itemText : tombstoneText
  return {
    key,
    columns,
    texts: [
      ...keyTexts(change, key, settings),
      ...columns.map((column) => write(column, attributes, change, settings)),
    ],
    version: change.version,
    removed: change.type === 'removal',
  }
}

type Attributes = Readonly<Record<string, unknown>>

/** Attributes of the item that no column is there for. */
export function homeless(change: Change<unknown>, table: Table, settings: PostgresTargetSettings): readonly string[] {
  if (settings.columns || change.type === 'removal') return []
  const inKey = new Set<unknown>(settings.key?.values() ?? Object.keys(change.keyAttributes))
  const attributes = attributesOf(change)
  const hasColumn = (name: string) => table.columns.some((column) => column.name === name && !column.isGenerated)
  return Object.keys(attributes).filter(
    (name) => attributes[name] !== undefined && !inKey.has(name) && !hasColumn(name),
  )
}

/** An item may lack its key attributes, and a removal has nothing else. */
function attributesOf({ item, keyAttributes }: Change<unknown>): Attributes {
  return isRecord(item) ? { ...item, ...keyAttributes } : keyAttributes
}

/** All columns that are written, but for the key. A column with a default is the item's only where the item has it. */
function columnsFor(
  attributes: Attributes,
  key: readonly TableColumn[],
  table: Table,
  settings: PostgresTargetSettings,
): readonly TableColumn[] {
  const { columns, versionColumn, removedColumn, removedAtColumn } = settings
  if (columns) return table.columns.filter(({ name }) => columns.has(name))
  const others = new Set([...key.map(({ name }) => name), versionColumn, removedColumn, removedAtColumn])
  return table.columns.filter(
    ({ name, hasDefault, isGenerated }) =>
      !others.has(name) && !isGenerated && (!hasDefault || Object.hasOwn(attributes, name)),
  )
}

function itemText(
  column: TableColumn,
  attributes: Attributes,
  { item }: Change<unknown>,
  { columns }: PostgresTargetSettings,
): string | null {
  const from = columns?.get(column.name) ?? column.name
  if (typeof from === 'function') {
    const where = `The column ${JSON.stringify(column.name)}`
    return columnText(called(from, item, where), column, { where, isExact: false })
  }
  const value = Object.hasOwn(attributes, from) ? attributes[from] : undefined
  return columnText(value, column, { where: `The attribute ${JSON.stringify(from)}`, isExact: true })
}

function tombstoneText(
  column: TableColumn,
  attributes: Attributes,
  _: Change<unknown>,
  { columns }: PostgresTargetSettings,
): string | null {
  // Where the key's columns are made by a function, its attributes may have columns of their own.
  const from = columns?.get(column.name) ?? column.name
  if (typeof from === 'string' && Object.hasOwn(attributes, from))
    return columnText(attributes[from], column, { where: `The attribute ${JSON.stringify(from)}`, isExact: true })
  if (!column.notNull) return null
  const text = emptyTexts[column.kind]
  if (text !== undefined) return text
  throw new TargetUnavailableError(
    `The column ${JSON.stringify(column.name)} is NOT NULL, and a tombstone has no value for it. Allow NULL there.`,
  )
}

/** The caller's function may throw, and what it says may quote the item. */
function called(make: (item: unknown) => unknown, item: unknown, where: string): unknown {
  try {
    return make(item)
  } catch (cause) {
    throw new TargetRejectedError(`${where} could not be made: its function threw an error.`, { cause })
  }
}

function refuseUnfit(
  change: Change<unknown>,
  attributes: Attributes,
  key: readonly TableColumn[],
  table: Table,
  settings: PostgresTargetSettings,
): void {
  if (settings.columns) return
  const { item } = change
  if (!isRecord(item))
    throw new TargetRejectedError('The item is no object, and a row is. Let the schema put out a plain object.')
  const { versionColumn, removedColumn, removedAtColumn } = settings
  for (const [option, name] of Object.entries({ versionColumn, removedColumn, removedAtColumn }))
    if (Object.hasOwn(attributes, name))
      throw new TargetRejectedError(`The item has an attribute "${name}" of its own. Set the option ${option}.`)
  const changed = changedKeyAttribute(item, change)
  if (changed !== undefined)
    throw new TargetRejectedError(
      `The item's "${changed}" is not what the table's key holds. Let the schema keep key attributes as they are.`,
    )
  const inKey = key.find(({ name }) => Object.hasOwn(item, name) && !Object.hasOwn(change.keyAttributes, name))
  if (inKey)
    throw new TargetRejectedError(`The item has an attribute "${inKey.name}" of its own, which is a key column.`)
  const [name] = homeless(change, table, settings)
  if (name !== undefined)
    throw new TargetRejectedError(
      `The item has an attribute ${JSON.stringify(name.slice(0, 100))}, and ${table.name} no such column. Add it, or name the columns with the option columns.`,
    )
}
