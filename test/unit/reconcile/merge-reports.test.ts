import { describe, expect, test } from 'vitest'
import { mergeReports, reportJson, type ReconcileReport } from 'dynamodb-stream-sync'
import { drift, report, warehouseReport } from '../../support/reports.ts'

const at = (seconds: number) => new Date(Date.parse('2026-03-01T10:00:00Z') + 1_000 * seconds)

test('counts and units are added up, and accuracy is made anew from the counts', () => {
  const merged = mergeReports([
    report({
      ...{ runId: 'second', startedAt: at(5), endedAt: at(9), sourceRows: 4, invalid: 1, verdict: 'drift' },
      warehouses: {
        east: warehouseReport({
          ...{
            rows: 3,
            expected: 4,
            equal: 1,
            equalAfter: 3,
            missing: 1,
            mismatch: 2,
            unitsSigned: -5,
            unitsAbsolute: 9,
          },
          ...{ accuracyPercent: 25, accuracyAfterPercent: 75 },
          repairs: { planned: 3, applied: 2, stale: 0, conflicted: 0, failed: 1 },
        }),
      },
      sample: [drift({ key: 'b', units: -3 })],
    }),
    report({
      ...{ runId: 'first', startedAt: at(0), endedAt: at(12), sourceRows: 8 },
      warehouses: { east: warehouseReport({ rows: 8, expected: 8, equal: 8, equalAfter: 8 }) },
      sample: [drift({ key: 'a', units: 3 }), drift({ key: 'c', units: 4 })],
    }),
  ])
  expect(merged).toEqual({
    ...{ runId: 'first', startedAt: at(0), endedAt: at(12), sourceRows: 12, invalid: 1, verdict: 'drift' },
    warehouses: {
      east: warehouseReport({
        ...{
          rows: 11,
          expected: 12,
          equal: 9,
          equalAfter: 11,
          missing: 1,
          mismatch: 2,
          unitsSigned: -5,
          unitsAbsolute: 9,
        },
        ...{ accuracyPercent: 75, accuracyAfterPercent: 1_100 / 12 },
        repairs: { planned: 3, applied: 2, stale: 0, conflicted: 0, failed: 1 },
      }),
    },
    sample: [drift({ key: 'c', units: 4 }), drift({ key: 'a', units: 3 }), drift({ key: 'b', units: -3 })],
  })
})

test('where nothing is expected of any part, all of it is there', () => {
  const none = warehouseReport({ ...{ rows: 0, expected: 0, equal: 0, equalAfter: 0 }, accuracyPercent: 100 })
  const { warehouses } = mergeReports([report({ warehouses: { east: none } }), report({ warehouses: { east: none } })])
  expect(warehouses).toEqual({ east: { ...none, accuracyPercent: 100, accuracyAfterPercent: 100 } })
})

test('the sample keeps the hundred heaviest of all', () => {
  const part = (from: number) =>
    report({
      sample: Array.from({ length: 100 }, (_, index) =>
        drift({ key: `k${from + 2 * index}`, units: from + 2 * index }),
      ),
    })
  const units = mergeReports([part(0), part(1)]).sample.map((one) => one.units)
  expect(units).toEqual(Array.from({ length: 100 }, (_, index) => 199 - index))
})

type Facts = Partial<ReconcileReport<never>>

test.each<readonly [readonly Facts[], Facts['verdict']]>([
  [[{ verdict: 'equal' }, { verdict: 'equal' }], 'equal'],
  [[{ verdict: 'equal' }, { verdict: 'unknown' }], 'unknown'],
  [[{ verdict: 'unknown' }, { verdict: 'drift' }, { verdict: 'equal' }], 'drift'],
])('of %j the verdict is %s', (parts, verdict) => {
  expect(mergeReports(parts.map(report)).verdict).toBe(verdict)
})

test.each<readonly [readonly Facts[], Facts]>([
  [[{}, { stoppedBy: 'lag' }, { stoppedBy: 'maxRepairs' }], { stoppedBy: 'lag' }],
  [[{ stoppedBy: 'maxRepairRatio' }, {}], { stoppedBy: 'maxRepairRatio' }],
  [
    [{ stoppedBy: 'deadline', resumeFrom: '\uffee' }, { stoppedBy: 'deadline', resumeFrom: '😀' }, {}],
    { stoppedBy: 'deadline', resumeFrom: '\uffee' },
  ],
  [
    [{ stoppedBy: 'deadline', resumeFrom: 'm' }, { stoppedBy: 'lock', resumeFrom: 'c' }, { stoppedBy: 'lag' }],
    { stoppedBy: 'lock', resumeFrom: 'c' },
  ],
  [[{ stoppedBy: 'deadline', resumeFrom: 'm' }, { stoppedBy: 'lock' }], { stoppedBy: 'lock' }],
  [[{ stoppedBy: 'maxRepairs', resumeFrom: 'm' }, {}], { stoppedBy: 'maxRepairs', resumeFrom: 'm' }],
  [[{ stoppedBy: 'deadline', resumeFrom: 'm' }, { stoppedBy: 'maxRepairs' }], { stoppedBy: 'deadline' }],
  [[{ stoppedBy: 'deadline', resumeFrom: 'm' }, { stoppedBy: 'lag' }], { stoppedBy: 'deadline', resumeFrom: 'm' }],
])('of %j, where it stopped: %j', (parts, end) => {
  const { stoppedBy, resumeFrom } = mergeReports(parts.map(report))
  expect({ stoppedBy, resumeFrom }).toEqual({ stoppedBy: undefined, resumeFrom: undefined, ...end })
})

test.each([
  [[0, 5, 9], [3, 7, 12], 'run-0'],
  [[5, 0, 9], [12, 7, 3], 'run-1'],
  [[5, 0, 0], [3, 12, 7], 'run-1'],
])('of runs that started at %j s and ended at %j s the first start counts, and the last end', (starts, ends, runId) => {
  const parts = starts.map((start, index) => ({
    runId: `run-${index}`,
    startedAt: at(start),
    endedAt: at(ends[index]!),
  }))
  expect(mergeReports(parts.map(report))).toMatchObject({ runId, startedAt: at(0), endedAt: at(12) })
})

test('the names of warehouses may come in any order', () => {
  const [east, west] = [warehouseReport({ rows: 11 }), warehouseReport()]
  const merged = mergeReports([report({ warehouses: { east, west } }), report({ warehouses: { west, east } })])
  expect(merged.warehouses).toMatchObject({ east: { rows: 22 }, west: { rows: 20 } })
})

test('one report is itself; a warehouse is complete where all its parts are', () => {
  expect(mergeReports([report()])).toStrictEqual(report())
  const open = report({ warehouses: { east: warehouseReport({ complete: false }) } })
  expect(mergeReports([report(), open]).warehouses['east']?.complete).toBe(false)
})

test('reports may have been JSON meanwhile', () => {
  const parsed = JSON.parse(reportJson(report({ sample: [drift()] }))) as ReconcileReport<never>
  expect(mergeReports([parsed])).toEqual(report({ sample: [drift()] }))
})

describe('what is no report is refused by its place', () => {
  const { east } = report().warehouses
  const named = (...names: readonly string[]) =>
    report({ warehouses: Object.fromEntries(names.map((name) => [name, warehouseReport()])) })
  const warehouses = (facts: object) => ({ ...report(), warehouses: { east: { ...east, ...facts } } })
  test.each([
    [undefined, 'reports: is no list. Give the report of each partition.'],
    [[], 'reports: is empty. Give the report of each partition.'],
    [[report(), null], 'reports[1]: is no report. Give what reconcile answered with.'],
    [[{ ...report(), verdict: 'fine' }], 'reports[0].verdict: is no verdict.'],
    [[{ ...report(), runId: 7 }], 'reports[0].runId: is no text.'],
    [[{ ...report(), stoppedBy: 'tea' }], 'reports[0].stoppedBy: is no reason.'],
    [[{ ...report(), resumeFrom: 7 }], 'reports[0].resumeFrom: is no text.'],
    [[{ ...report(), startedAt: 'yesterday' }], 'reports[0].startedAt: is no time.'],
    [[{ ...report(), endedAt: 7 }], 'reports[0].endedAt: is no time.'],
    [[{ ...report(), sourceRows: '7' }], 'reports[0].sourceRows: is no number.'],
    [[{ ...report(), warehouses: [] }], 'reports[0].warehouses: is no record.'],
    [[{ ...report(), sample: {} }], 'reports[0].sample: is no list of drift.'],
    [[{ ...report(), invalid: Number.NaN }], 'reports[0].invalid: is no number.'],
    [[{ ...report(), sample: [drift(), null] }], 'reports[0].sample: is no list of drift.'],
    [[{ ...report(), sample: [{ ...drift(), kind: 7 }] }], 'reports[0].sample: is no list of drift.'],
    [[{ ...report(), sample: [{ ...drift(), key: 7 }] }], 'reports[0].sample: is no list of drift.'],
    [[{ ...report(), sample: [{ ...drift(), warehouse: undefined }] }], 'reports[0].sample: is no list of drift.'],
    [[{ ...report(), sample: [{ ...drift(), units: '4' }] }], 'reports[0].sample: is no list of drift.'],
    [[{ ...report(), warehouses: { east: 7 } }], 'reports[0].warehouses.east: is missing or of another kind.'],
    [[{ ...report(), warehouses: { east: null } }], 'reports[0].warehouses.east: is missing or of another kind.'],
    [[warehouses({ expected: undefined })], 'reports[0].warehouses.east.expected: is missing or of another kind.'],
    [[warehouses({ rows: Number.NaN })], 'reports[0].warehouses.east.rows: is missing or of another kind.'],
    [[warehouses({ complete: 1 })], 'reports[0].warehouses.east.complete: is missing or of another kind.'],
    [[warehouses({ repairs: {} })], 'reports[0].warehouses.east.repairs.planned: is missing or of another kind.'],
    [
      [report(), report({ warehouses: { west: warehouseReport() } })],
      'reports[1].warehouses: has other names than those of the first report.',
    ],
    [[named('ab', 'c'), named('a', 'bc')], 'reports[1].warehouses: has other names than those of the first report.'],
    [[named('a\nb'), named('a', 'b')], 'reports[1].warehouses: has other names than those of the first report.'],
  ])('%o', (reports, message) => {
    expect(() => mergeReports(reports as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error)
    expect(() => mergeReports(reports as never)).toThrow(message)
  })
})
