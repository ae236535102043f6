import type { ReconcileReport, WarehouseReport } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import { keyedSnapshot } from '../lambda/wiring/keyed-snapshot.ts'
import { comparisonOf, rowsOf } from '../lambda/wiring/query-results.ts'
import { wholeReport } from '../lambda/wiring/whole-report.ts'

const ledger = { name: 'ledger', kind: 'dynamodb', tableArn: 'arn:of:ledger' } as const

const columns = [
  'entry',
  'warehouse',
  'kind',
  'in_source',
  'expected',
  'held',
  'keys',
  'units',
  'units_absolute',
  'key_0',
]
const answer = [
  ['count', 'ledger', 'equal', '97', '97', '97', '97', '0', '0', undefined],
  ['count', 'ledger', 'mismatch', '1', '1', '1', '1', '0', '0', undefined],
  ['count', 'ledger', 'orphan', '1', '0', '1', '1', '0', '0', undefined],
  ['drift', 'ledger', 'mismatch', '1', '1', '1', '1', '0', '0', 'B1'],
  ['drift', 'ledger', 'orphan', '1', '0', '1', '1', '0', '0', 'E1'],
]

/** As Athena tells it: the first row names the columns. */
async function* pages() {
  const names = [...columns, 'held_0']
  const metadata = { ColumnInfo: names.map((Name) => ({ Name })) }
  const rows = [names, ...answer.map((row) => [...row, 'eu'])].map((cells) => ({
    Data: cells.map((text) => (text === undefined ? {} : { VarCharValue: text })),
  }))
  yield { ResultSet: { Rows: rows.slice(0, 3), ResultSetMetadata: metadata } }
  yield { ResultSet: { Rows: rows.slice(3), ResultSetMetadata: metadata } }
}

async function comparison(edit: (rows: Row[]) => Row[] = (rows) => rows) {
  const rows: Row[] = []
  for await (const row of rowsOf(pages())) rows.push(row)
  return comparisonOf(edit(rows), 'query-1', [ledger])
}

type Row = Readonly<Record<string, string | undefined>>

const warehouse: WarehouseReport = {
  ...{ rows: 2, expected: 1, equal: 0, equalAfter: 1, missing: 0, mismatch: 1, orphan: 1, duplicate: 0 },
  ...{ inFlight: 0, unstable: 0, unitsSigned: 7, unitsAbsolute: 7, accuracyPercent: 0, accuracyAfterPercent: 100 },
  complete: true,
  repairs: { planned: 1, applied: 1, stale: 0, conflicted: 0, failed: 0 },
}
const report: ReconcileReport<unknown> = {
  runId: 'run-1',
  startedAt: new Date('2026-03-01T10:00:00Z'),
  endedAt: new Date('2026-03-01T10:00:30Z'),
  ...{ sourceRows: 1, invalid: 0, verdict: 'drift', warehouses: { ledger: warehouse }, sample: [] },
}

describe('The answer of Athena', () => {
  it('names the keys that are to be looked at again, and counts the others', async () => {
    const { report: found, suspects } = await comparison()
    expect([found.sourceRows, found.warehouses['ledger']?.equal]).toEqual([99, 97])
    expect(suspects['ledger']).toEqual([
      { key: 'B1', keyAttributes: { sku: 'B1' } },
      { key: 'E1', keyAttributes: { sku: 'E1' } },
    ])
  })

  it('is refused where a page of it is missing', async () => {
    await expect(comparison((rows) => rows.slice(0, -1))).rejects.toThrow(/1 orphan counted at "ledger", and 0 came/)
  })

  it('makes of the report on suspects one on every row', async () => {
    const whole = wholeReport([report], await comparison())
    expect(whole).toMatchObject({ runId: 'run-1', sourceRows: 99, verdict: 'drift' })
    expect(whole.warehouses['ledger']).toMatchObject({
      ...{ rows: 99, expected: 98, equal: 97, equalAfter: 98, mismatch: 1, orphan: 1, complete: true },
    })
    expect(whole.warehouses['ledger']?.accuracyPercent).toBeCloseTo(98.98, 2)
    expect(whole.warehouses['ledger']?.accuracyAfterPercent).toBe(100)
  })

  it('is not known to be all where more keys differ than are looked at again', async () => {
    const { suspects, report: found } = await comparison()
    const cut = { report: found, suspects: { ledger: suspects['ledger']!.slice(1) } }
    expect(wholeReport([{ ...report, verdict: 'equal' }], cut).verdict).toBe('unknown')
  })

  it('is not known to be all where a warehouse was not read whole', async () => {
    const half = { ...report, verdict: 'equal' as const, warehouses: { ledger: { ...warehouse, complete: false } } }
    expect(wholeReport([half], await comparison()).verdict).toBe('unknown')
  })
})

describe('A snapshot of some keys', () => {
  it('asks for them page by page', async () => {
    const asked: number[] = []
    const keys = Array.from({ length: 1_200 }, (_, index) => ({
      key: `K${index}`,
      keyAttributes: { sku: `K${index}` },
    }))
    const { pages } = keyedSnapshot('ledger', keys, async (some) => {
      asked.push(some.length)
      return some.map(({ key }) => ({ key, item: { sku: key } }))
    })
    const read = pages({ signal: new AbortController().signal })
    let rowCount = 0
    let page = await read.next()
    for (; !page.done; page = await read.next()) rowCount += page.value.length
    expect([asked, rowCount]).toEqual([[500, 500, 200], 1_200])
    expect(page.value).toMatchObject({ complete: true })
  })
})
