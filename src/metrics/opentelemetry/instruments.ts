import type { Metric, MetricName } from '../../ports/metrics.ts'

/** How one metric is told in OpenTelemetry. */
export interface InstrumentDescription {
  readonly name: string
  readonly kind: 'counter' | 'histogram' | 'gauge'
  readonly unit: string
  /** The unit that the metric has to come in; two units in one instrument would be a lie. */
  readonly from: Metric['unit']
}

/**
 * Bounds of the histograms' buckets, in milliseconds: fine below a second, with 5 s, which alarms ask for, and up to the
 * hours that a stream may lag. Those that an SDK takes by itself end at 10 s.
 */
export const boundariesMs: readonly number[] = [
  10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000,
]

/** Every metric. Its name is that of CloudWatch in OpenTelemetry's style: `StreamSync` and `StreamLatency` make `stream_sync.stream_latency`. */
export const instruments: Readonly<Record<MetricName, InstrumentDescription>> = {
  StreamLatency: duration('stream_latency'),
  SyncDuration: duration('sync_duration'),
  DeliveryLatency: duration('delivery_latency'),
  Deliveries: counter('deliveries', '{delivery}'),
  DeliveryFailures: counter('delivery_failures', '{delivery}'),
  StaleSkipped: counter('stale_skipped', '{delivery}'),
  VersionRegressed: counter('version_regressed', '{item}'),
  VersionConflicts: counter('version_conflicts', '{conflict}'),
  Retries: counter('retries', '{retry}'),
  Unresolved: counter('unresolved', '{delivery}'),
  Coalesced: counter('coalesced', '{change}'),
  DeadLettered: counter('dead_lettered', '{letter}'),
  Poison: counter('poison', '{record}'),
  BreakerOpen: counter('breaker_open', '{opening}'),
  Drift: gauge('drift', '{difference}'),
  DriftMissing: gauge('drift_missing', '{difference}'),
  DriftMismatch: gauge('drift_mismatch', '{difference}'),
  DriftOrphan: gauge('drift_orphan', '{difference}'),
  DriftDuplicate: gauge('drift_duplicate', '{difference}'),
  DriftUnits: gauge('drift_units', '{unit}'),
  AccuracyPercent: { ...gauge('accuracy_percent', '%'), from: 'Percent' },
  ReconcileInFlight: gauge('reconcile_in_flight', '{row}'),
  ReconcileUnstable: gauge('reconcile_unstable', '{row}'),
  ReconcileIncomplete: gauge('reconcile_incomplete', '1'),
  ReconcileRows: gauge('reconcile_rows', '{row}'),
  ReconcileInvalid: gauge('reconcile_invalid', '{row}'),
  ReconcileDuration: duration('reconcile_duration'),
  ReconcileUnknown: gauge('reconcile_unknown', '1'),
  RepairsApplied: counter('repairs_applied', '{repair}'),
  RepairsFailed: counter('repairs_failed', '{repair}'),
}

function duration(name: string): InstrumentDescription {
  return { name: `stream_sync.${name}`, kind: 'histogram', unit: 'ms', from: 'Milliseconds' }
}

function counter(name: string, unit: string): InstrumentDescription {
  return { name: `stream_sync.${name}`, kind: 'counter', unit, from: 'Count' }
}

function gauge(name: string, unit: string): InstrumentDescription {
  return { name: `stream_sync.${name}`, kind: 'gauge', unit, from: 'Count' }
}
