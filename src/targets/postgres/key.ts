import type { ItemKey } from '../../core/key.ts'
import { TargetUnavailableError } from '../../errors.ts'
import { named } from '../../postgres/described.ts'
import { oids } from '../../postgres/column.ts'
import { columnText } from './column-text.ts'
import type { PostgresTargetSettings } from './settings.ts'
import type { Table, TableColumn } from './table.ts'

/** The table's key columns, in the order of the item's key. @throws TargetUnavailableError for a table without them. */
export function keyColumns(
  { keyAttributes }: ItemKey,
  table: Table,
  { key }: PostgresTargetSettings,
): readonly TableColumn[] {
  const names = key?.keys() ?? Object.keys(keyAttributes)
  const columns = named(
    names,
    table.columns,
    `Set the option key, or add it to ${table.name}.`,
  ) as readonly TableColumn[]
  const merging = columns.find(({ mergesTexts, oid }) => mergesTexts || oid === oids.bpchar)
  if (!merging) return columns
  throw new TargetUnavailableError(
    `The key column ${JSON.stringify(merging.name)} takes texts that differ for the same one. Make it text COLLATE "C".`,
  )
}

/** The key of an item's row, column by column. @throws TargetRejectedError for what a column cannot hold. */
export function keyTexts(
  item: ItemKey,
  columns: readonly TableColumn[],
  { key }: PostgresTargetSettings,
): readonly (string | null)[] {
  return columns.map((column) => {
    const from = key?.get(column.name) ?? column.name
    // The caller's function may return anything.
    const value: unknown = typeof from === 'function' ? from(item) : item.keyAttributes[from]
    return columnText(value, column, { where: `The key column ${JSON.stringify(column.name)}`, isExact: false })
  })
}
