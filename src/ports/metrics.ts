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
  | 'RepairsApplied'

/** One metric of one invocation, for the whole sync or for one target. Never carries keys or event ids. */
export interface Metric {
  readonly name: MetricName
  readonly unit: 'Count' | 'Milliseconds'
  readonly values: readonly number[]
  readonly target?: string | undefined
}

/** Where metrics go. A failing or slow emitter never fails a sync. */
export interface MetricEmitter {
  readonly emit: (metrics: readonly Metric[]) => void | Promise<void>
}
