import { describe, expect, test } from 'vitest'
import { reportText, type ReconcileReport } from 'dynamodb-stream-sync'
import {
  durationText,
  numberText,
  percentText,
  signedText,
  timeText,
} from '../../../src/reconcile/report/number-text.ts'
import { widthOf } from '../../../src/reconcile/report/shown-text.ts'
import { drift, hostileTexts, report, warehouseReport } from '../../support/reports.ts'
import { richReport } from '../../support/rich-report.ts'

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

test('what is called for is shown, though nothing was repaired', () => {
  const repairs = { planned: 1, applied: 0, stale: 0, conflicted: 0, failed: 0 }
  const planned = report({ warehouses: { east: warehouseReport({ repairs }), west: warehouseReport() } })
  expect(reportText(planned)).toContain(`
Repairs
Warehouse  Planned  Applied  Stale  Conflicted  Failed
east             1        0      0           0       0
west             0        0      0           0       0
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
    [
      { verdict: 'drift', stoppedBy: 'maxRepairs', warehouses: { east: warehouseReport({ orphan: 1 }) } },
      [
        'Drift: 1 difference at east.',
        'More repairs are called for than one run may make.',
        'Look at the differences. Where they are real, raise `maxRepairs`, or run again.',
      ],
    ],
    [{ warehouses: { a: open, b: open } }, ['Equal: a and b hold what the table says.']],
    [{ warehouses: { a: open, b: open, c: open } }, ['Equal: a, b and c hold what the table says.']],
    [{ warehouses: { a: open, b: open, c: open, d: open } }, ['Equal: 4 warehouses hold what the table says.']],
    [{ warehouses: {} }, ['Equal: there was no warehouse to compare.']],
  ])('%j', (facts, lines) => {
    expect(reportText(report(facts)).split('\n\n', 1)[0]?.split('\n')).toEqual(lines)
  })
})

/** What a terminal's codes stand for. */
const looks: Readonly<Record<string, string>> = {
  1: '<strong>',
  2: '<quiet>',
  22: '</>',
  31: '<bad>',
  32: '<good>',
  33: '<open>',
  39: '</>',
}

test('colours tell what is good, bad or open, and keep quiet what is nothing', () => {
  const coloured = reportText(richReport, { color: true })
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  const text = coloured.replace(/\x1b\[(\d+)m/g, (_, code: string) => looks[code] ?? code)
  expect(text).toBe(`\
<bad><strong>Drift: 77 differences at east and returns, 5,681.5 units in all.</></>
35 of 50 repairs were applied.
The run was ended before it was through.
Go on after the key SKU-900: it is the report's resumeFrom.
Give it more time, or split it into partitions.

<quiet>Table    </>1,240 rows, 2 of them fail the schema and were left alone
<quiet>Started  </>2026-03-01 10:00:00 UTC, took 3 min 05 s
<quiet>Run      </>run-7

<strong>Rows</>
Warehouse     Holds  Expected  Missing  Mismatch  Orphan  Duplicate  In flight  Unstable  Read
east          1,204     1,200       <bad>20</>        <bad>30</>      <bad>24</>          <bad>2</>          <open>5</>         <open>3</>  whole
west & south    800       800        <quiet>0</>         <quiet>0</>       <quiet>0</>          <quiet>0</>          <quiet>0</>         <quiet>0</>  <open>in part</>
north            40        40        <quiet>0</>         <quiet>0</>       <quiet>0</>          <quiet>0</>          <quiet>0</>         <quiet>0</>  whole
returns           1         0        <quiet>0</>         <quiet>0</>       <bad>1</>          <quiet>0</>          <quiet>0</>         <quiet>0</>  whole

<strong>Units and accuracy</>
Warehouse     Units net  Units off  Equal rows  Accuracy  After repairs
east             -1,234    5,678.5       1,150    <bad>95.83%</>         <bad>98.75%</>
west & south          0          0         800      <good>100%</>           <good>100%</>
north                 0          0          40      <good>100%</>           <good>100%</>
returns              +3          3           0         –              –

<strong>Repairs</>
Warehouse     Planned  Applied  Stale  Conflicted  Failed
east               50       <good>35</>      6           <bad>4</>       <bad>5</>
west & south        0        <quiet>0</>      0           <quiet>0</>       <quiet>0</>
north               0        <quiet>0</>      0           <quiet>0</>       <quiet>0</>
returns             0        <quiet>0</>      0           <quiet>0</>       <quiet>0</>

<strong>Worst by units: 5 of 77 differences</>
Warehouse  Kind       Key     Units  Table → warehouse
east       missing    <strong>SKU-2</>  -1,200  quantity 1,200
east       mismatch   <strong>SKU-1</>     -37  quantity 40 → 3, serial 12,345,678,901,234,567,890 → none, wei…
returns    orphan     <strong>SKU-5</>      +3  quantity 3
east       duplicate  <strong>SKU-3</>       0  held more than once
east       mismatch   <strong>SKU-4</>       0  label "<b>" → "a\\nb"
`)
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

  test.each([40, 60, 100, 1_000])('tables keep within %d columns', (width) => {
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
    [1_000, '1,000'],
    [1e21, '1,000,000,000,000,000,000,000'],
    [123456789012345678901234567890n, '123,456,789,012,345,678,901,234,567,890'],
    ['1234.000000000000000000001', '1,234.000000000000000000001'],
    ['1e129', `1${',000'.repeat(43)}`],
    ['1e130', '1e130'],
    ['1e-131', `0.${'0'.repeat(130)}1`],
    ['1e-132', '1e-132'],
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
    [0.01, '0.01%'],
    [0.009, '<0.01%'],
    [0.001, '<0.01%'],
    [0, '0%'],
    [(100 * 9_999) / 10_000, '99.99%'],
  ])('a share of %d is shown as %s', (share, text) => {
    expect(percentText(share)).toBe(text)
  })

  test.each([
    [0, '0 ms'],
    [-1, '0 ms'],
    [949.6, '950 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [42_100, '42.1 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_400, '59 min 59 s'],
    [3_600_000, '1 h 00 min'],
    [7_440_000, '2 h 04 min'],
    [3_600_000_000, '1,000 h 00 min'],
    [Number.NaN, 'an unknown time'],
  ])('%d ms are shown as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })

  test.each([
    [1_200, '+1,200'],
    [0, '0'],
    [-0, '0'],
    [-1_200, '-1,200'],
  ])('%d units more or less are shown as %s', (units, text) => {
    expect(signedText(units)).toBe(text)
  })

  test.each([
    ['2026-03-01T10:00:00.999Z', '2026-03-01 10:00:00 UTC'],
    ['2026-03-01T23:30:00+01:00', '2026-03-01 22:30:00 UTC'],
    ['yesterday', 'at an unknown time'],
  ])('the time %s is shown as %s', (time, text) => {
    expect(timeText(new Date(time))).toBe(text)
  })
})
