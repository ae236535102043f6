import type { Layout } from '../../postgres/layout.ts'
import type { PostgresTargetSettings } from './settings.ts'
import type { Table } from './table.ts'

/** Which of the table's columns hold what. `names` are its key columns, where the option does not say. */
export function layoutOf(table: Table, names: readonly string[], settings: PostgresTargetSettings): Layout {
  const { key, columns, versionColumn, removedColumn, removedAtColumn, row } = settings
  const keyed = new Map(
    [...(key ?? names.map((name) => [name, name] as const))].map(([column, from]) => [
      column,
      typeof from === 'string' ? from : undefined,
    ]),
  )
  const own = [versionColumn, removedColumn, removedAtColumn]
  const rest = table.columns.map(({ name }) => name).filter((name) => !keyed.has(name) && !own.includes(name))
  const mapped = [...(columns ?? [])].map(
    ([column, from]) => [column, typeof from === 'string' ? from : column] as const,
  )
  return {
    key: keyed,
    columns: new Map(columns ? mapped : rest.map((name) => [name, name])),
    versionColumn,
    removedColumn,
    row,
  }
}
