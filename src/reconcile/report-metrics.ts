import type { Metric, MetricName } from '../ports/metrics.ts'
import { driftCount, driftKinds, type AnyReport } from './report/shown-report.ts'
import type { ReconcileReport, WarehouseReport } from './report.ts'

/** The report as metrics, one value each; {@link MetricName} tells what they mean. `mode: 'plan'` leaves the repairs out. */
export function reportMetrics<Item, Name extends string>(
  report: ReconcileReport<Item, Name>,
  mode: 'plan' | 'apply' = 'apply',
): readonly Metric[] {
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

function warehouseMetrics(warehouse: WarehouseReport, mode: 'plan' | 'apply'): readonly Metric[] {
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

function one(name: MetricName, value: number): Metric {
  return { name, unit: 'Count', values: [value] }
}
