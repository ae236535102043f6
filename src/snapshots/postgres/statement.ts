import type { SnapshotContext } from '../../ports/snapshot.ts'
import type { Column } from '../../postgres/column.ts'
import type { Statement } from '../../postgres/cursor-pages.ts'
import { checkOwn, describe, named } from '../../postgres/described.ts'
import { entryReader } from '../../postgres/entry.ts'
import type { Layout } from '../../postgres/layout.ts'
import type { Run } from '../../postgres/transaction.ts'
import { keyOrder, wantedRows } from '../../postgres/wanted.ts'
import type { PostgresSnapshotSettings } from './settings.ts'

const remedy = 'Check the options against the columns of the table or query.'

/** Looks which columns there are, and makes the statement that reads them. */
export async function statementOf(
  run: Run,
  settings: PostgresSnapshotSettings,
  context: SnapshotContext,
): Promise<Statement> {
  const { source, values } = settings
  const columns = await describe(run, source, values.length > 0 ? values : undefined)
  const key = named(settings.key.keys(), columns, remedy)
  named([...(settings.columns?.keys() ?? []), ...settings.required], columns, remedy)
  const layout = layoutOf(columns, settings)
  const { select, entryOf } = entryReader(layout, columns)
  const wanted = wantedRows(key, context, values.length)
  return {
    text: `SELECT ${select} FROM ${source} AS held${wanted.text}${keyOrder(key)}`,
    values: [...values, ...wanted.values],
    entryOf,
  }
}

function layoutOf(columns: readonly Column[], { key, columns: given, row, own, required }: PostgresSnapshotSettings) {
  const { versionColumn, removedColumn, removedAtColumn } = own
  const has = (name: string): boolean => columns.some((column) => column.name === name)
  // A column that only happens to have the name of one of the library's is an attribute like any other.
  const isVersioned =
    required.includes(versionColumn) || columns.some(({ name, kind }) => name === versionColumn && kind === 'text')
  const names = isVersioned ? [versionColumn, removedColumn, removedAtColumn] : []
  if (isVersioned) checkOwn(columns, own)
  const rest = columns.map(({ name }) => name).filter((name) => !key.has(name) && !names.includes(name))
  const layout: Layout = {
    key,
    columns: given ?? new Map(rest.map((name) => [name, name])),
    versionColumn: isVersioned ? versionColumn : undefined,
    removedColumn: isVersioned && has(removedColumn) ? removedColumn : undefined,
    row,
  }
  return layout
}
