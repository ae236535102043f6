import { expect, test } from 'vitest'
import { reportMetrics } from 'dynamodb-stream-sync'
import { report, warehouseReport } from '../../support/reports.ts'

const found = report({
  ...{ verdict: 'unknown', sourceRows: 12, invalid: 1 },
  warehouses: {
    east: warehouseReport({
      ...{ missing: 1, mismatch: 2, orphan: 3, duplicate: 4, inFlight: 5, unstable: 6, unitsAbsolute: 7 },
      ...{ accuracyPercent: 70, complete: false },
      repairs: { planned: 6, applied: 2, stale: 0, conflicted: 0, failed: 1 },
    }),
  },
})

test('a report as metrics: of the run, and of each warehouse', () => {
  const named = reportMetrics(found).map(({ name, target, unit, values }) => [target, name, unit, ...values])
  expect(named).toEqual([
    [undefined, 'ReconcileRows', 'Count', 12],
    [undefined, 'ReconcileInvalid', 'Count', 1],
    [undefined, 'ReconcileDuration', 'Milliseconds', 42_100],
    [undefined, 'ReconcileUnknown', 'Count', 1],
    ['east', 'Drift', 'Count', 10],
    ['east', 'DriftMissing', 'Count', 1],
    ['east', 'DriftMismatch', 'Count', 2],
    ['east', 'DriftOrphan', 'Count', 3],
    ['east', 'DriftDuplicate', 'Count', 4],
    ['east', 'DriftUnits', 'Count', 7],
    ['east', 'AccuracyPercent', 'Percent', 70],
    ['east', 'ReconcileInFlight', 'Count', 5],
    ['east', 'ReconcileUnstable', 'Count', 6],
    ['east', 'ReconcileIncomplete', 'Count', 1],
    ['east', 'RepairsApplied', 'Count', 2],
    ['east', 'RepairsFailed', 'Count', 1],
  ])
})

test('a plan has no repairs to measure, and neither keys nor items are among the metrics', () => {
  const names = reportMetrics(report(), 'plan').map(({ name }) => name)
  expect(names.filter((name) => name.startsWith('Repairs'))).toEqual([])
  expect(names).toContain('Drift')
})

test('a run that could tell counts as none that could not', () => {
  expect(reportMetrics(report())).toContainEqual({ name: 'ReconcileUnknown', unit: 'Count', values: [0] })
})
