import {
  asStored,
  createReconcileHandler,
  merge,
  reconcile,
  type Change,
  type ItemKey,
  type Snapshot,
} from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'

type Stock = Readonly<Record<string, unknown>>

const item = { schema: asStored<Stock>(), key: ['sku'], fields: ['quantity'] } as const

/** A place whose pages hold one row, and whose relation holds another number of them: the report tells which was read. */
function place(relation: string, pages: Snapshot['pages'] = onePage): Snapshot {
  return { order: 'none', pages, relation }
}

const onePage: Snapshot['pages'] = async function* () {
  yield [{ item: { sku: 'A', quantity: 1 } }]
}

const three = "(SELECT unnest(['A', 'B', 'C']) AS sku, unnest([1, 2, 3]) AS quantity)"
const two = "(SELECT unnest(['A', 'B']) AS sku, unnest([1, 7]) AS quantity)"

describe('places that DuckDB can read', () => {
  test('are compared there, and only what differs is looked at', async () => {
    const report = await reconcile({ source: place(three), warehouses: { east: place(two) } }, { item, settleMs: 0 })
    expect(report).toMatchObject({ verdict: 'drift', sourceRows: 3 })
    expect(report.warehouses.east).toMatchObject({ rows: 2, expected: 3, equal: 1, missing: 1, mismatch: 1 })
    expect(report.warehouses.east).toMatchObject({ complete: true, unitsSigned: 2, unitsAbsolute: 8 })
    expect(report.sample).toContainEqual(
      expect.objectContaining({ key: 'C', expected: { sku: 'C', quantity: 3 }, held: undefined }),
    )
  })

  test('are equal where they are', async () => {
    const report = await reconcile({ source: place(three), warehouses: { east: place(three) } }, { item, settleMs: 0 })
    expect(report).toMatchObject({ verdict: 'equal', sourceRows: 3, warehouses: { east: { rows: 3, equal: 3 } } })
  })

  test.for([
    ['a filter', { when: () => true }],
    ['a comparison of its own', { compare: { tolerance: 0 } }],
    ['a rule that decides', { authority: merge, item: { ...item, version: { attribute: 'quantity' } } }],
    ['a cursor', { resumeFrom: '0' }],
    ['rows that pass a schema', { item: { ...item, schema: { ...asStored(), '~standard': plain() } } }],
  ] as const)('are read row by row with %s', async ([, rules]) => {
    const snapshots = { source: place(three), warehouses: { east: place(three) } }
    const report = await reconcile<Stock, 'east'>(snapshots, { item, settleMs: 0, ...rules })
    expect(report).toMatchObject({ sourceRows: 1, warehouses: { east: { rows: 1 } } })
  })

  test('are read row by row where a part of the keys is asked for', async () => {
    const handler = createReconcileHandler({
      ...{ item, settleMs: 0, targets: { east: { apply: async () => 'applied' as const } } },
      table: { read: async () => [], snapshot: () => place(three) },
      snapshots: { east: place(three) },
    } as never)
    expect(await handler({ partition: { index: 0, count: 1 } })).toMatchObject({ sourceRows: 1 })
    expect(await handler({ partition: { after: '0' } })).toMatchObject({ sourceRows: 1 })
    expect(await handler({})).toMatchObject({ sourceRows: 3 })
  })

  test.for([['source'], ['east'], ['west']] as const)('are read row by row where one is not: %s', async ([other]) => {
    const said: unknown[] = []
    const logger = { info: () => undefined, warn: (...all: unknown[]) => said.push(all), error: () => undefined }
    const { order, pages } = place('')
    const { source, ...warehouses } = { source: place(three), east: place(three), west: place(three), [other]: { order, pages } } // prettier-ignore
    const report = await reconcile({ source, warehouses }, { item, settleMs: 0, logger })
    expect(report).toMatchObject({ verdict: 'equal', sourceRows: 1 })
    expect(said).toEqual([]) // nobody asked DuckDB
  })

  test('are read row by row where one of the warehouses has a filter', async () => {
    const target = { apply: async () => 'applied' as const }
    const targets = { east: { target, when: () => true }, west: target }
    const snapshots = { source: place(three), warehouses: { east: place(three), west: place(three) } }
    expect(await reconcile<Stock>(snapshots, { item, settleMs: 0, targets })).toMatchObject({ sourceRows: 1 })
  })

  test.for([
    ['a file that is missing', "read_parquet('/nowhere/stock.parquet')"],
    ['a key of another type', '(SELECT 1 AS sku, 1 AS quantity)'],
    ['no key column', '(SELECT 1 AS quantity)'],
    ['a statement that does more', "(SELECT 'A' AS sku, 1 AS quantity); DROP TABLE sums"],
  ] as const)('are read row by row, and it is said, where DuckDB cannot compare: %s', async ([, relation]) => {
    const said: unknown[] = []
    const logger = { info: () => undefined, warn: (...all: unknown[]) => said.push(all), error: () => undefined }
    const snapshots = { source: place(three), warehouses: { east: place(relation) } }
    const report = await reconcile(snapshots, { item, settleMs: 0, logger })
    expect(report).toMatchObject({ verdict: 'equal', sourceRows: 1 })
    expect(said).toEqual([[expect.stringMatching(/row by row/), { reason: expect.any(String) as string }]])
  })

  test('that fail while what differs is read have broken off, whatever the time', async () => {
    const broken = `(SELECT 'A' AS sku, 2 AS quantity, CASE WHEN random() < 2 THEN error('gone') END AS note)`
    const snapshots = { source: place(three), warehouses: { east: place(broken) } }
    const report = await reconcile(snapshots, { item, settleMs: 0 })
    expect(report).toMatchObject({ verdict: 'unknown', warehouses: { east: { complete: false } } })
    expect(report.stoppedBy).toBeUndefined()
  })

  test('are let go when the run is stopped', async () => {
    const stop = new AbortController()
    const endless = '(SELECT range::VARCHAR AS sku, random() AS quantity FROM range(100000000))'
    const snapshots = { source: place(endless), warehouses: { east: place(endless) } }
    const said: unknown[] = []
    const logger = { info: () => undefined, warn: (...all: unknown[]) => said.push(all), error: () => undefined }
    const work = reconcile(snapshots, { item, settleMs: 0, logger, signal: stop.signal })
    setImmediate(() => stop.abort())
    expect(await work).toMatchObject({ verdict: 'unknown', stoppedBy: 'deadline', sourceRows: 0 })
    expect(said).toEqual([]) // not that they could not be compared
  })

  test('with more differences than are kept at once are repaired all the same', async () => {
    const many = "(SELECT lpad(range::VARCHAR, 6, '0') AS sku, range AS quantity FROM range(20100))"
    const items = Array.from({ length: 20_100 }, (_, n) => ({ sku: String(n).padStart(6, '0'), quantity: n }))
    const source = place(many, async function* () {
      yield items.map((one) => ({ item: one }))
    })
    const none = place(`(SELECT * FROM ${many} WHERE false)`, async function* () {})
    const applied = new Set<string>()
    const rowsOf = (keys: readonly ItemKey[]) => keys.map(({ key }) => ({ item: items[Number(key)] }))
    const east = {
      target: {
        apply: async ({ key }: Change<Stock>) => (applied.add(key), 'applied' as const),
        read: async (keys: readonly ItemKey[]) => rowsOf(keys.filter(({ key }) => applied.has(key))),
      },
      concurrency: 50,
    }
    const rules = {
      table: { read: async (keys: readonly ItemKey[]) => rowsOf(keys), snapshot: () => source },
      targets: { east },
      maxRepairRatio: 1,
    }
    const report = await reconcile({ source, warehouses: { east: none } }, {
      ...{ ...rules, item, settleMs: 0, mode: 'apply' },
    } as never)
    expect(applied.size).toBe(20_100)
    expect(report).toMatchObject({ warehouses: { east: { missing: 20_100, repairs: { applied: 20_100 } } } })
  })
})

function plain() {
  return { version: 1, vendor: 'own', validate: (value: unknown) => ({ value: value as Stock }) } as const
}
