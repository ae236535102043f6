import type { Snapshot, SnapshotContext } from '../../ports/snapshot.ts'
import type { Statement } from '../../postgres/cursor-pages.ts'
import { named } from '../../postgres/described.ts'
import { entryReader } from '../../postgres/entry.ts'
import { pageDefaults } from '../../postgres/page-limits.ts'
import { snapshotPages } from '../../postgres/snapshot-pages.ts'
import type { Run } from '../../postgres/transaction.ts'
import { keyOrder, wantedRows } from '../../postgres/wanted.ts'
import { layoutOf } from './layout.ts'
import type { PostgresTargetSettings } from './settings.ts'
import type { KnownTable } from './table.ts'

/** All that the table holds. Sorted where it is known which columns are the item's key, in which order. */
export function targetSnapshot(known: KnownTable, settings: PostgresTargetSettings): Snapshot {
  const isSorted = settings.key !== undefined && [...settings.key.values()].every((from) => typeof from === 'string')
  return {
    order: isSorted ? 'key' : 'none',
    pages: (context) =>
      snapshotPages({
        ...pageDefaults,
        ...settings,
        signal: context.signal,
        prepare: (run) => statementOf(run, known, settings, isSorted, context),
      }),
  }
}

async function statementOf(
  run: Run,
  known: KnownTable,
  settings: PostgresTargetSettings,
  isSorted: boolean,
  { after, until, partition }: SnapshotContext,
): Promise<Statement> {
  const table = await known.lookUp(run) // anew: columns may have been added
  const primary = table.columns.filter(({ inPrimaryKey }) => inPrimaryKey > 0)
  const names = settings.key?.keys() ?? primary.sort((a, b) => a.inPrimaryKey - b.inPrimaryKey).map(({ name }) => name)
  const key = named(names, table.columns, 'Set the option key.')
  const { select, entryOf } = entryReader(
    layoutOf(
      table,
      key.map(({ name }) => name),
      settings,
    ),
    table.columns,
  )
  const wanted = wantedRows(key, isSorted ? { after, until, partition } : { partition }, 0)
  const order = isSorted ? keyOrder(key) : ''
  return { text: `SELECT ${select} FROM ${table.name} AS held${wanted.text}${order}`, values: wanted.values, entryOf }
}
