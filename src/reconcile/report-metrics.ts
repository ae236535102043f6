import type { Metric } from '../ports/metrics.ts'
import { driftCount, driftKinds, type AnyReport } from './report/shown-report.ts'
import type { ReconcileReport, WarehouseReport } from './report.ts'

/**
 * What a report is measured by.
 *
 * - Per warehouse, as found: `Drift`, all differences that nothing in flight explains, and their kinds `DriftMissing`,
 *   `DriftMismatch`, `DriftOrphan` and `DriftDuplicate`; `DriftUnits`, the units that they come to, without sign;
 *   `AccuracyPercent`, the share of expected rows that are equal; `ReconcileInFlight` and `ReconcileUnstable`, rows left
 *   alone; `ReconcileIncomplete`, 1 where not everything could be read.
 * - Per warehouse, of a run that was to repair: `RepairsApplied` and `RepairsFailed`.
 * - Of the whole run: `ReconcileRows` and `ReconcileInvalid`, the table's rows and those of them that fail the schema;
 *   `ReconcileDuration`, from start to end; `ReconcileUnknown`, 1 where the verdict is `unknown`: alarm on it too, for a
 *   run that could not tell finds no drift.
 */
export type ReportMetricName =
  | 'Drift'
  | 'DriftMissing'
  | 'DriftMismatch'
  | 'DriftOrphan'
  | 'DriftDuplicate'
  | 'DriftUnits'
  | 'AccuracyPercent'
  | 'ReconcileInFlight'
  | 'ReconcileUnstable'
  | 'ReconcileIncomplete'
  | 'ReconcileRows'
  | 'ReconcileInvalid'
  | 'ReconcileDuration'
  | 'ReconcileUnknown'
  | 'RepairsApplied'
  | 'RepairsFailed'

/** One metric of one run. */
export interface ReportMetric extends Omit<Metric, 'name' | 'unit'> {
  readonly name: ReportMetricName
  readonly unit: Metric['unit'] | 'Percent'
}

/** The report as metrics, one value each. `mode: 'plan'` leaves the repairs out. */
export function reportMetrics<Item, Name extends string>(
  report: ReconcileReport<Item, Name>,
  mode: 'plan' | 'apply' = 'apply',
): readonly ReportMetric[] {
  const { sourceRows, invalid, startedAt, endedAt, verdict, warehouses }: AnyReport = report
  return [
    one('ReconcileRows', sourceRows),
    one('ReconcileInvalid', invalid),
    { ...one('ReconcileDuration', endedAt.getTime() - startedAt.getTime()), unit: 'Milliseconds' },
    one('ReconcileUnknown', verdict === 'unknown' ? 1 : 0),
    ...Object.entries(warehouses).flatMap(([target, warehouse]) =>
      warehouseMetrics(warehouse, mode).map((metric) => ({ ...metric, target })),
    ),
  ]
}

const nameOf = {
  missing: 'DriftMissing',
  mismatch: 'DriftMismatch',
  orphan: 'DriftOrphan',
  duplicate: 'DriftDuplicate',
} as const

function warehouseMetrics(warehouse: WarehouseReport, mode: 'plan' | 'apply'): readonly ReportMetric[] {
  const { repairs, unitsAbsolute, accuracyPercent, inFlight, unstable, complete } = warehouse
  return [
    one('Drift', driftCount(warehouse)),
    ...driftKinds.map((kind) => one(nameOf[kind], warehouse[kind])),
    one('DriftUnits', unitsAbsolute),
    { ...one('AccuracyPercent', accuracyPercent), unit: 'Percent' },
    one('ReconcileInFlight', inFlight),
    one('ReconcileUnstable', unstable),
    one('ReconcileIncomplete', complete ? 0 : 1),
    ...(mode === 'plan' ? [] : [one('RepairsApplied', repairs.applied), one('RepairsFailed', repairs.failed)]),
  ]
}

function one(name: ReportMetricName, value: number): ReportMetric {
  return { name, unit: 'Count', values: [value] }
}
