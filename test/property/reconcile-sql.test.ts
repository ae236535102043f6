import { fc, test } from '@fast-check/vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect } from 'vitest'
import {
  asStored,
  createReconcileHandler,
  mergeReports,
  reconcile,
  reconcileSql,
  reportOfSql,
  type ItemKey,
  type ReconcileReport,
  type Snapshot,
} from 'dynamodb-stream-sync'
import { keyText } from '../../src/core/key.ts'
import { byWeight } from '../../src/reconcile/drift-order.ts'

type Row = Readonly<Record<string, string | number | undefined>>

let instance: DuckDBInstance
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
})
afterAll(() => instance.closeSync())

const row = fc.record(
  {
    sku: fc.constantFrom('a', 'b', 'B', 'ab', "it's", '\u{1f600}', '\uffee'),
    bin: fc.constantFrom('x', 'y'),
    quantity: fc.integer({ min: -3, max: 5 }),
    name: fc.constantFrom('', 'one', "o'ne", '"two"'),
    region: fc.constantFrom('eu', 'us'),
  },
  { requiredKeys: ['sku', 'bin'] },
)
const place = fc.array(row, { maxLength: 12 })
const keys = fc.constantFrom<readonly ['sku'] | readonly ['sku', 'bin']>(['sku'], ['sku', 'bin'])

/** Places of one source, most of whose rows they share. */
const places = fc
  .tuple(place, fc.tuple(fc.nat(12), place), fc.tuple(fc.nat(12), place))
  .map(([source, ...held]) => [
    source,
    ...held.map(([without, more]) => [...source.filter((_, n) => n !== without), ...more.slice(0, 3)]),
  ])

test.prop([places, keys, fc.boolean()], { numRuns: 30 })(
  'the statement, run by DuckDB, gives the report of a single run, and so do the partitions, merged',
  async ([given = [], ...held], key, isFiltered) => {
    // Of a key that comes twice, any of the rows decides whether it is wanted.
    const source = isFiltered ? [...new Map(given.map((one) => [keyText(key, one), one])).values()] : given
    const fields = ['quantity', 'name'] as const
    const names = [...key, ...fields]
    const options = {
      ...{ key, fields, runId: 'one', startedAt: new Date(0), endedAt: new Date(1) },
      source: relation(source, [...names, 'region']),
      warehouses: {
        east: relation(held[0] ?? [], names),
        "w'st": {
          rows: relation(held[1] ?? [], names),
          ...(isFiltered ? { where: "region = 'eu' OR quantity > 3" } : {}),
        },
      },
    }
    const inSql = reportOfSql(await answer(reconcileSql(options)), options)

    const when = ({ region, quantity }: Row) => region === 'eu' || Number(quantity) > 3
    const item = { schema: asStored<Row>(), key, fields: [...fields] }
    const target = { apply: async () => 'applied' as const }
    const targets = { east: target, "w'st": isFiltered ? { target, when } : target }
    const snapshots = { east: held[0] ?? [], "w'st": held[1] ?? [] }
    const single = await reconcile<Row>(
      { source, warehouses: snapshots },
      {
        item,
        targets,
        settleMs: 0,
      },
    )
    expect(facts(inSql as never, names)).toEqual(facts(single, names))

    const read = async (asked: readonly ItemKey[]) =>
      asked.flatMap((one) => source.filter((row) => keyText(key, row) === one.key).slice(-1)).map(asEntry)
    const handler = createReconcileHandler({
      ...{ item, targets, settleMs: 0, table: { read, snapshot: () => snapshotOf(source) } },
      snapshots: { east: snapshotOf(held[0] ?? []), "w'st": snapshotOf(held[1] ?? []) },
    } as never)
    const parts = [0, 1, 2].map((index) => handler({ partition: { index, count: 3 } }))
    expect(facts(mergeReports(await Promise.all(parts)) as never, names)).toEqual(facts(single, names))
  },
)

const asEntry = (one: Row) => ({ item: one })

function snapshotOf(rows: readonly Row[]): Snapshot {
  return {
    order: 'none',
    async *pages() {
      yield rows.map(asEntry)
    },
  }
}

async function answer(sql: string) {
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(sql)
  connection.closeSync()
  return reader.getRowObjectsJS()
}

/** Rows as a relation of DuckDB. */
function relation(rows: readonly Row[], columns: readonly string[]): string {
  const types: Readonly<Record<string, string>> = { quantity: 'BIGINT' }
  const value = (one: Row, name: string) =>
    one[name] === undefined ? 'NULL' : `'${String(one[name]).replaceAll("'", "''")}'`
  const selects = rows.map(
    (one) =>
      `SELECT ${columns.map((name) => `${value(one, name)}::${types[name] ?? 'VARCHAR'} AS "${name}"`).join(', ')}`,
  )
  const none = `SELECT ${columns.map((name) => `NULL::${types[name] ?? 'VARCHAR'} AS "${name}"`).join(', ')} WHERE false`
  return `(${[...selects, none].join(' UNION ALL ')})`
}

/** All but what tells one run from another. Of a key that comes twice, any of the rows is shown. */
function facts({ sample, ...report }: ReconcileReport<Row>, names: readonly string[]): object {
  const part = (item: Row | undefined) =>
    item && Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])))
  const shown = sample.map((drift) =>
    drift.kind === 'duplicate'
      ? { ...drift, expected: 0, held: 0 }
      : { ...drift, expected: part(drift.expected), held: part(drift.held) },
  )
  return { ...report, runId: '', startedAt: 0, endedAt: 0, sample: shown.sort(byWeight) }
}
