import { DuckDBInstance } from '@duckdb/node-api'
import { isSyncError, reconcileSql, reportOfSql, type ReconcileSqlOptions } from 'dynamodb-stream-sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const times = { runId: 'query-1', startedAt: new Date(0), endedAt: new Date(1_000) } as const
const options = {
  source: "(SELECT unnest(['A', 'B', 'C']) AS sku, unnest([1, 2, 12345678901234567]) AS quantity)",
  warehouses: { east: "(SELECT unnest(['A', 'B', 'D']) AS sku, unnest([1, 7, 4]) AS quantity)" },
  key: 'sku',
  fields: ['quantity'],
} as const

type Rows = Awaited<ReturnType<typeof answer>>

let instance: DuckDBInstance
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
})
afterAll(() => instance.closeSync())

async function answer(given: ReconcileSqlOptions) {
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(reconcileSql(given))
  connection.closeSync()
  return reader.getRowObjectsJS()
}

describe('the statement of a comparison', () => {
  test('finds what differs, with exact numbers and the report of a run', async () => {
    const report = reportOfSql(await answer(options), { ...options, ...times })
    expect(report).toMatchObject({ ...times, verdict: 'drift', sourceRows: 3, invalid: 0 })
    expect(report.warehouses.east).toMatchObject({ rows: 3, expected: 3, equal: 1, missing: 1, mismatch: 1, orphan: 1 })
    expect(report.warehouses.east.repairs).toMatchObject({ planned: 2, applied: 0 })
    expect(report.sample).toEqual([
      {
        ...{ kind: 'missing', key: 'C', warehouse: 'east', held: undefined, units: -Number(12345678901234567n) },
        expected: { sku: 'C', quantity: 12345678901234567n },
      },
      {
        ...{ kind: 'mismatch', key: 'B', warehouse: 'east', units: 5 },
        ...{ expected: { sku: 'B', quantity: 2 }, held: { sku: 'B', quantity: 7 } },
      },
      { kind: 'orphan', key: 'D', warehouse: 'east', expected: undefined, held: { sku: 'D', quantity: 4 }, units: 4 },
    ])
  })

  test('is equal where nothing is, and nothing differs', async () => {
    const none = "(SELECT 'A' AS sku, 1 AS quantity WHERE false)"
    const empty = { ...options, source: none, warehouses: { east: none } }
    const report = reportOfSql(await answer(empty), { ...empty, ...times })
    expect(report).toMatchObject({ verdict: 'equal', sourceRows: 0, warehouses: { east: { accuracyPercent: 100 } } })
  })

  test('tells the 100 largest of a kind, and counts all', async () => {
    const many = { ...options, source: '(SELECT range::VARCHAR AS sku, range AS quantity FROM range(250))' }
    const report = reportOfSql(await answer(many), { ...many, ...times })
    expect(report.warehouses.east.missing).toBe(250)
    expect(report.sample).toHaveLength(100)
    expect(report.sample[0]).toMatchObject({ key: '249', units: -249 })
  })

  test('leaves what is no number as it is', async () => {
    const odd = `(SELECT 'A' AS sku, 'NaN'::DOUBLE AS price)`
    const none = `(SELECT * FROM ${odd} WHERE false)`
    const given = {
      source: odd,
      warehouses: { east: none },
      key: 'sku',
      fields: ['price'],
      numbers: ['price'],
    } as const
    const { sample } = reportOfSql(await answer(given), { ...given, ...times })
    expect(sample).toMatchObject([{ key: 'A', expected: { sku: 'A', price: 'nan' } }])
  })

  test('lists as many of a kind as it is told to, and refuses fewer', async () => {
    const many = {
      ...options,
      source: '(SELECT range::VARCHAR AS sku, range AS quantity FROM range(250))',
      listed: 200,
    }
    const rows = await answer(many)
    const isListed = ({ entry, kind }: Readonly<Record<string, unknown>>) => entry === 'drift' && kind === 'missing'
    expect(rows.filter(isListed).map(({ key_0: key }) => key)).toEqual(
      expect.arrayContaining(Array.from({ length: 200 }, (_, index) => String(index + 50))),
    )
    const { sample, warehouses } = reportOfSql(rows, { ...many, ...times })
    expect([sample.length, warehouses.east.missing]).toEqual([100, 250])
    const cut = rows.filter((row) => !isListed(row) || row['key_0'] !== '50')
    expect(() => reportOfSql(cut, { ...many, ...times })).toThrow('250 missing counted at "east", and 199 came.')
  })

  test('compares quantities that are texts, and weighs none of them', async () => {
    const written = (sku: string, quantity: string) => `(SELECT '${sku}' AS sku, '${quantity}' AS quantity)`
    const texts = {
      ...{ key: 'sku', fields: ['quantity'], source: written('A', '1') },
      quantity: false,
      warehouses: { east: written('A', '1'), west: written('A', '2') },
    } as const
    const report = reportOfSql(await answer(texts), { ...texts, ...times })
    expect(report.warehouses).toMatchObject({ east: { equal: 1 }, west: { mismatch: 1, unitsAbsolute: 0 } })
    expect(report.sample).toMatchObject([{ expected: { quantity: 1 }, held: { quantity: 2 }, units: 0 }])
  })

  test('quotes names, whatever they are', async () => {
    const strange = {
      ...{ key: 'the "key"', fields: ["it's"], source: `(SELECT 'A' AS "the ""key""", 1 AS "it's")` },
      warehouses: { 'w\'est"': `(SELECT 'A' AS "the ""key""", 1 AS "it's")` },
    } as const
    const report = reportOfSql(await answer(strange), { ...strange, ...times })
    expect(report).toMatchObject({ verdict: 'equal', warehouses: { 'w\'est"': { equal: 1, unitsAbsolute: 0 } } })
  })

  test.for([
    ['the source', { source: '(SELECT NULL::VARCHAR AS sku, 1 AS quantity)' }, '"source" holds rows without a key'],
    ['a warehouse', { warehouses: { east: "(SELECT '' AS sku, 1 AS quantity)" } }, '"east" holds rows without a key'],
  ] as const)('refuses rows without a key of %s', async ([, more, message]) => {
    const given = { ...options, ...more }
    const rows = await answer(given)
    expect(() => reportOfSql(rows, { ...given, ...times })).toThrow(message)
  })
})

describe('rows that are no whole answer are refused:', () => {
  test('one of them missing', async () => {
    const rows = (await answer(options)).filter(({ entry, kind }) => entry !== 'drift' || kind !== 'orphan')
    const error = caught(() => reportOfSql(rows, { ...options, ...times }))
    expect(isSyncError(error, 'SNAPSHOT_INVALID')).toBe(true)
    expect(String(error)).toContain(
      '1 orphan counted at "east", and 0 came. Read all of the result, and each page once.',
    )
  })

  test.for([
    ['all counts', (rows: Rows) => rows.filter(({ entry }) => entry !== 'count')],
    ['one warehouse', (rows: Rows) => rows.filter(({ warehouse }) => warehouse !== 'west')],
    [
      'the count of what is equal',
      (rows: Rows) => rows.filter(({ kind, warehouse }) => kind !== 'equal' || warehouse !== 'west'),
    ],
  ] as const)('%s missing', async ([, some]) => {
    const two = { ...options, warehouses: { ...options.warehouses, west: options.source } }
    const rows = some(await answer(two))
    expect(() => reportOfSql(rows, { ...two, ...times })).toThrow(/Read all of the result, and each page once\./)
  })

  test('one page that came twice', async () => {
    const same = { ...options, warehouses: { east: options.source } }
    const rows = await answer(same)
    expect(() => reportOfSql([...rows, ...rows], { ...same, ...times })).toThrow(/A row came twice\./)
  })

  test('those of another statement', async () => {
    const rows = await answer({ ...options, warehouses: { west: options.source } })
    expect(() => reportOfSql(rows, { ...options, ...times })).toThrow(/not what reconcileSql's statement answers/)
  })

  test.for([
    [null],
    [[]],
    [{}],
    [{ entry: 'count', warehouse: 'east', kind: 'other' }],
    [{ entry: 'count', warehouse: 'east', kind: 'equal', keys: '1' }],
    [{ entry: 'entry', warehouse: 'warehouse', kind: 'kind' }],
  ])('%j', ([row]) => {
    expect(() => reportOfSql([row as never], { ...options, ...times })).toThrow(
      /not what reconcileSql's statement answers/,
    )
  })
})

describe('options that cannot work are named:', () => {
  test.for([
    [undefined, 'reconcileSql'],
    [{ ...options, source: ' ' }, 'source'],
    [{ ...options, warehouses: {} }, 'warehouses'],
    [{ ...options, warehouses: { east: '' } }, 'warehouses.east'],
    [{ ...options, warehouses: { east: { rows: 1 } } }, 'warehouses.east.rows'],
    [{ ...options, warehouses: { east: { rows: 'east', where: '' } } }, 'warehouses.east.where'],
    [{ ...options, key: [] }, 'key'],
    [{ ...options, key: ['a', 'b', 'c'] }, 'key'],
    [{ ...options, key: ['a', 'a'] }, 'key'],
    [{ ...options, fields: [] }, 'fields'],
    [{ ...options, fields: [5] }, 'fields'],
    [{ ...options, quantity: 'other' }, 'quantity'],
    [{ ...options, listed: 99 }, 'listed'],
    [{ ...options, listed: 100.5 }, 'listed'],
    [{ ...options, listed: '200' }, 'listed'],
  ])('%j', ([given, field]) => {
    expect(caught(() => reconcileSql(given as never))).toMatchObject({ code: 'CONFIG_INVALID', field })
  })

  test.for([
    [{ runId: '' }, 'runId'],
    [{ startedAt: '2026-01-01' }, 'startedAt'],
    [{ endedAt: new Date(NaN) }, 'endedAt'],
  ])('%j', ([more, field]) => {
    const given = { ...options, ...times, ...(more as object) }
    expect(caught(() => reportOfSql([], given as never))).toMatchObject({ code: 'CONFIG_INVALID', field })
  })
})

function caught(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
