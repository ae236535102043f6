/**
 * What is measured.
 *
 * - `Deliveries`: deliveries decided in this invocation, those that an open breaker refused included.
 * - `DeliveryFailures`: those of them that ended neither applied, stale nor unchanged. Their ratio is the error rate.
 * - `StreamLatency`: record creation to handler start, a value per record. Streams give the creation in whole seconds,
 *   rounded down, so that it reads up to 1 s high.
 * - `DeliveryLatency`: record creation to the warehouse's answer. `SyncDuration`: one target's part of an invocation.
 * - `VersionConflicts`: ties with different content, and lanes out of version order.
 * - `VersionRegressed`: an item whose version attribute went backwards; later writes of it would be stale for ever.
 *
 * Of each run of reconcile, and per warehouse:
 *
 * - `Drift`: differences, as found, that nothing in flight explains, and their kinds `DriftMissing`, `DriftMismatch`,
 *   `DriftOrphan` and `DriftDuplicate`. `DriftUnits`: the units that they come to, without sign. `AccuracyPercent`: the share
 *   of expected rows that are equal. `ReconcileInFlight`, `ReconcileUnstable`: rows left alone. `ReconcileIncomplete`: 1 where
 *   not everything could be read. `RepairsApplied`, `RepairsFailed`: of a run that was to repair.
 * - Of the whole run: `ReconcileRows`, `ReconcileInvalid`: the table's rows, and those that fail the schema.
 *   `ReconcileDuration`: from start to end. `ReconcileUnknown`: 1 where the verdict is `unknown`. Alarm on it too, for a run
 *   that could not tell finds no drift.
 */
export type MetricName =
  | 'StreamLatency'
  | 'SyncDuration'
  | 'DeliveryLatency'
  | 'Deliveries'
  | 'DeliveryFailures'
  | 'StaleSkipped'
  | 'VersionRegressed'
  | 'VersionConflicts'
  | 'Retries'
  | 'Unresolved'
  | 'Coalesced'
  | 'DeadLettered'
  | 'Poison'
  | 'BreakerOpen'
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

/** One metric of one invocation, for the whole sync or for one target. Never carries keys or event ids. */
export interface Metric {
  readonly name: MetricName
  readonly unit: 'Count' | 'Milliseconds' | 'Percent'
  readonly values: readonly number[]
  readonly target?: string | undefined
}

/** Where metrics go. A failing or slow emitter never fails a sync. */
export interface MetricEmitter {
  readonly emit: (metrics: readonly Metric[]) => void | Promise<void>
}
