import { describe, expect, test } from 'vitest'
import { reportText, type ReconcileReport } from 'dynamodb-stream-sync'
import { durationText, numberText, percentText } from '../../../src/reconcile/report/number-text.ts'
import { widthOf } from '../../../src/reconcile/report/shown-text.ts'
import { drift, hostileTexts, report, warehouseReport } from '../../support/reports.ts'

const east = warehouseReport({
  ...{ rows: 20_123, expected: 20_125, equal: 20_110, equalAfter: 20_122, missing: 5, mismatch: 10, orphan: 3 },
  ...{ inFlight: 4, unitsSigned: -1_234, unitsAbsolute: 5_678.5 },
  ...{ accuracyPercent: (100 * 20_110) / 20_125, accuracyAfterPercent: (100 * 20_122) / 20_125 },
  repairs: { planned: 15, applied: 12, stale: 2, conflicted: 0, failed: 1 },
})
const drifted = report({
  ...{ verdict: 'drift', sourceRows: 20_125, invalid: 1 },
  warehouses: { east, 東京: warehouseReport({ complete: false }) },
  sample: [
    drift({ key: 'SKU-1' }),
    drift({ key: '鍵\x1b[2J', kind: 'orphan', units: 1_200, expected: undefined, held: { quantity: 1_200 } }),
    drift({ key: 'SKU-3', kind: 'missing', units: -30, expected: { sku: 'SKU-3', quantity: 30 }, held: undefined }),
  ],
})

test('a run that found drift, whole', () => {
  expect(reportText(drifted)).toBe(`\
Drift: 18 differences at east, 5,678.5 units in all.
12 of 15 repairs were applied.

Table    20,125 rows, 1 of them fails the schema and was left alone
Started  2026-03-01 10:00:00 UTC, took 42.1 s
Run      run-1

Rows
Warehouse   Holds  Expected  Missing  Mismatch  Orphan  Duplicate  In flight  Unstable  Read
east       20,123    20,125        5        10       3          0          4         0  whole
東京           10        10        0         0       0          0          0         0  in part

Units and accuracy
Warehouse  Units net  Units off  Equal rows  Accuracy  After repairs
east          -1,234    5,678.5      20,110    99.92%         99.98%
東京               0          0          10      100%           100%

Repairs
Warehouse  Planned  Applied  Stale  Conflicted  Failed
east            15       12      2           0       1
東京             0        0      0           0       0

Worst by units: 3 of 18 differences
Warehouse  Kind      Key         Units  Table → warehouse
east       orphan    鍵\\x1b[2J  +1,200  quantity 1,200
east       missing   SKU-3         -30  quantity 30
east       mismatch  SKU-1          -4  quantity 5 → 1
`)
})

test('a run that found no difference has neither repairs nor items to show', () => {
  expect(reportText(report())).toBe(`\
Equal: east holds what the table says.

Table    10 rows
Started  2026-03-01 10:00:00 UTC, took 42.1 s
Run      run-1

Rows
Warehouse  Holds  Expected  Missing  Mismatch  Orphan  Duplicate  In flight  Unstable  Read
east          10        10        0         0       0          0          0         0  whole

Units and accuracy
Warehouse  Units net  Units off  Equal rows  Accuracy  After repairs
east               0          0          10      100%           100%
`)
})

test('of more than ten items the ten worst are shown', () => {
  const sample = Array.from({ length: 30 }, (_, index) => drift({ key: `SKU-${index}`, units: index }))
  const lines = reportText(report({ verdict: 'drift', sample })).split('\n')
  expect(lines.filter((line) => line.includes('SKU-')).map((line) => /SKU-\d+/.exec(line)?.[0])).toEqual(
    [29, 28, 27, 26, 25, 24, 23, 22, 21, 20].map((index) => `SKU-${index}`),
  )
})

describe('the first lines say what was found, why the run ended, and how to go on', () => {
  const open = warehouseReport({ complete: false })
  test.each<readonly [Partial<ReconcileReport<never>>, readonly string[]]>([
    [
      { verdict: 'unknown', warehouses: { east: open } },
      ['Could not tell: no drift was found, but not everything at east could be compared.'],
    ],
    [{ verdict: 'unknown' }, ['Could not tell: no drift was found, but the table was not read to its end.']],
    [
      { verdict: 'unknown', stoppedBy: 'lag' },
      [
        'Could not tell: no drift was found, but the stream is too far behind.',
        'The stream is further behind than `maxLagMs`: a difference may still be on its way, and nothing was repaired.',
        "Run again when the stream's IteratorAge has come down.",
      ],
    ],
    [
      { verdict: 'unknown', stoppedBy: 'lock' },
      [
        'Could not tell: no drift was found, but another run holds the lock.',
        'Another run holds the lock, or it could not be kept.',
        'Run again when the other one has ended.',
      ],
    ],
    [
      { verdict: 'unknown', stoppedBy: 'deadline', resumeFrom: 'SKU\x1b-7', warehouses: { east: open } },
      [
        'Could not tell: no drift was found, but not everything at east could be compared.',
        'The run was ended before it was through.',
        "Go on after the key SKU\\x1b-7: it is the report's resumeFrom.",
        'Give it more time, or split it into partitions.',
      ],
    ],
    [
      {
        verdict: 'drift',
        stoppedBy: 'maxRepairRatio',
        warehouses: { east: warehouseReport({ missing: 1, repairs: { ...east.repairs, planned: 1, applied: 0 } }) },
      },
      [
        'Drift: 1 difference at east.',
        'Nothing was repaired: 1 repair is called for.',
        'More of a warehouse would be repaired than `maxRepairRatio` allows: nothing was repaired.',
        'See whether that warehouse was read rightly. Where it is, raise `maxRepairRatio` for one run.',
      ],
    ],
    [
      {
        verdict: 'drift',
        stoppedBy: 'lag',
        warehouses: { east: { ...east, ...{ missing: 15, mismatch: 0, orphan: 0 } } },
      },
      [
        'Drift: 15 differences at east, 5,678.5 units in all.',
        '12 of 15 repairs were applied.',
        'The stream is further behind than `maxLagMs`: a difference may still be on its way, and nothing more was repaired.',
        "Run again when the stream's IteratorAge has come down.",
      ],
    ],
    [{ warehouses: { a: open, b: open, c: open, d: open } }, ['Equal: 4 warehouses hold what the table says.']],
    [{ warehouses: {} }, ['Equal: there was no warehouse to compare.']],
  ])('%j', (facts, lines) => {
    expect(reportText(report(facts)).split('\n\n', 1)[0]?.split('\n')).toEqual(lines)
  })
})

describe('in a terminal', () => {
  const hostile = report({
    verdict: 'drift',
    stoppedBy: 'deadline',
    resumeFrom: '\x1b[2J',
    runId: '\x1b[2J',
    warehouses: Object.fromEntries(hostileTexts.map((text) => [text, warehouseReport({ missing: 1 })])),
    sample: hostileTexts.map((text) =>
      drift({ key: text, warehouse: text, expected: { sku: text, quantity: 1, [text]: text }, held: {} }),
    ),
  })

  test('nothing from outside reaches it that it would obey', () => {
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(reportText(hostile)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202e\ud800]/)
  })

  test.each([40, 60, 100, 200])('tables keep within %d columns', (width) => {
    const tables = reportText(hostile, { width }).split('\n\n').slice(2).join('\n').split('\n')
    expect(tables.filter((line) => widthOf(line) > width)).toEqual([])
  })

  test('what is cut still says which is which, and columns that find no room go on below', () => {
    const [, , ...blocks] = reportText(drifted, { width: 60 }).split('\n\n')
    expect(blocks.slice(0, 2)).toEqual([
      `\
Rows
Warehouse   Holds  Expected  Missing  Mismatch  Orphan
east       20,123    20,125        5        10       3
東京           10        10        0         0       0`,
      `\
Warehouse  Duplicate  In flight  Unstable  Read
east               0          4         0  whole
東京               0          0         0  in part`,
    ])
  })

  test('there is colour only where it is asked for, and it changes no word', () => {
    const coloured = reportText(drifted, { color: true })
    expect(coloured).toContain('\x1b[31m')
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(reportText(drifted))
  })

  test.each([39, 1_001, 80.5, Number.NaN, '80'])('a width of %s is refused', (width) => {
    expect(() => reportText(drifted, { width: width as number })).toThrow(
      `width: ${String(width)} does not work. Give a whole number of columns from 40 to 1000.`,
    )
  })
})

describe('numbers', () => {
  test.each([
    [0, '0'],
    [-1_234.5, '-1,234.5'],
    [999, '999'],
    [1e21, '1,000,000,000,000,000,000,000'],
    [123456789012345678901234567890n, '123,456,789,012,345,678,901,234,567,890'],
    ['1234.000000000000000000001', '1,234.000000000000000000001'],
    ['1e500', '1e500'],
    [Number.NaN, 'NaN'],
  ])('%s is %s', (value, text) => {
    expect(numberText(value)).toBe(text)
  })

  test.each([
    [100, '100%'],
    [99.9999999, '99.99%'],
    [99.5, '99.5%'],
    [66.66666, '66.66%'],
    [0.001, '<0.01%'],
    [0, '0%'],
    [(100 * 9_999) / 10_000, '99.99%'],
  ])('a share of %d is shown as %s', (share, text) => {
    expect(percentText(share)).toBe(text)
  })

  test.each([
    [0, '0 ms'],
    [949.6, '950 ms'],
    [42_100, '42.1 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_400, '59 min 59 s'],
    [7_440_000, '2 h 04 min'],
  ])('%d ms are shown as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })
})
