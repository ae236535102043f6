import { describe, expect, test } from 'vitest'
import { reportOfSql } from 'dynamodb-stream-sync'
import { warehouseReport } from '../../support/reports.ts'

const options = {
  ...{ source: 'stock', warehouses: { east: 'east', west: 'west' }, key: 'sku', fields: ['quantity', 'label'] },
  ...{ runId: 'query-1', startedAt: new Date(0), endedAt: new Date(1_000) },
} as const

const none = { in_source: 0, expected: 0, held: 0, keys: 0, units: 0, units_absolute: 0 }
const count = (warehouse: string, kind: string, facts: object) => ({
  entry: 'count',
  warehouse,
  kind,
  ...none,
  ...facts,
})
const drift = (kind: string, facts: object) => ({ entry: 'drift', warehouse: 'east', kind, ...none, keys: 1, ...facts })
const counts = [
  count('east', 'equal', { in_source: 1, expected: 1, held: 1, keys: 1 }),
  count('east', 'missing', { in_source: 1, expected: 1, keys: 1, units: -2, units_absolute: 2 }),
  count('east', 'mismatch', { in_source: 2, expected: 2, held: 2, keys: 2, units: 5, units_absolute: 7 }),
  count('west', 'equal', { in_source: 3, expected: 3, held: 3, keys: 3 }),
  count('west', 'none', { in_source: 1, keys: 1 }),
]
const drifts = [
  drift('missing', { expected: 1, units: -2, key_0: 'B', expected_0: '2', expected_1: null }),
  drift('mismatch', {
    ...{ expected: 1, held: 1, units: 6, key_0: 'C', expected_0: '12345678901234567890' },
    ...{ expected_1: '7', held_0: 12345678901234567896n, held_1: undefined },
  }),
  drift('mismatch', { expected: 1, held: 1, units: -1, key_0: 'D', expected_0: 3, held_0: 'two', held_1: '' }),
]

test('the rows of an answer are the report of a run that planned', () => {
  expect(reportOfSql([...counts, ...drifts], options)).toStrictEqual({
    ...{ runId: 'query-1', startedAt: new Date(0), endedAt: new Date(1_000) },
    ...{ sourceRows: 4, invalid: 0, verdict: 'drift' },
    warehouses: {
      east: warehouseReport({
        ...{ rows: 3, expected: 4, equal: 1, equalAfter: 1, missing: 1, mismatch: 2, unitsSigned: 3, unitsAbsolute: 9 },
        ...{ accuracyPercent: 25, accuracyAfterPercent: 25 },
        repairs: { planned: 3, applied: 0, stale: 0, conflicted: 0, failed: 0 },
      }),
      west: warehouseReport({ rows: 3, expected: 3, equal: 3, equalAfter: 3 }),
    },
    sample: [
      {
        ...{ kind: 'mismatch', key: 'C', warehouse: 'east', units: 6 },
        expected: { sku: 'C', quantity: 12345678901234567890n, label: '7' },
        held: { sku: 'C', quantity: 12345678901234567896n },
      },
      {
        ...{ kind: 'missing', key: 'B', warehouse: 'east', units: -2 },
        ...{ expected: { sku: 'B', quantity: 2 }, held: undefined },
      },
      {
        ...{ kind: 'mismatch', key: 'D', warehouse: 'east', units: -1 },
        ...{ expected: { sku: 'D', quantity: 3 }, held: { sku: 'D', quantity: 'two', label: '' } },
      },
    ],
  })
})

test('where nothing is expected, what is held is orphaned, and accuracy is whole', () => {
  const one = { ...options, warehouses: { east: 'east' } }
  const rows = [
    count('east', 'orphan', { held: 1, keys: 1, units: 4, units_absolute: 4 }),
    drift('orphan', { held: 1, units: 4, key_0: 'A', held_0: '4' }),
  ]
  expect(reportOfSql(rows, one)).toMatchObject({
    ...{ verdict: 'drift', sourceRows: 0 },
    warehouses: { east: { orphan: 1, expected: 0, accuracyPercent: 100, accuracyAfterPercent: 100 } },
    sample: [{ kind: 'orphan', key: 'A', expected: undefined, held: { sku: 'A', quantity: 4 }, units: 4 }],
  })
})

test('where nothing differs, all is equal', () => {
  const equal = ['east', 'west'].map((name) => count(name, 'equal', { in_source: 2, expected: 2, held: 2, keys: 2 }))
  expect(reportOfSql(equal, options)).toMatchObject({ verdict: 'equal', sourceRows: 2, sample: [] })
})

describe('what cannot work is named:', () => {
  test.for([
    [undefined, 'reportOfSql'],
    [{ ...options, runId: 7 }, 'runId'],
    [{ ...options, runId: '' }, 'runId'],
    [{ ...options, startedAt: 0 }, 'startedAt'],
  ])('%j', ([given, field]) => {
    expect(() => reportOfSql([], given as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field }) as Error,
    )
  })
})
