export { asStored } from './core/as-stored.ts'
export { defineItem, type Attribute, type ItemDefinition } from './core/item.ts'
export { inventoryItem, type InventoryItem } from './core/inventory-item.ts'
export { keyOf, type ItemKey, type KeyAttribute } from './core/key.ts'
export type { Change } from './core/change.ts'
export { merge, type MergeRule } from './core/merge.ts'
export { compareVersions } from './core/version.ts'
export type { DeadLetter, DeliveryLetter, PoisonLetter } from './core/dead-letter.ts'
export type { StreamEvent, StreamRecord } from './core/stream-record.ts'
export type { Clock } from './ports/clock.ts'
export type { DlqSink } from './ports/dlq.ts'
export type { DecodedEntry, EventDecoder } from './ports/event-decoder.ts'
export type { Lease, Lock } from './ports/lock.ts'
export type { Logger } from './ports/logger.ts'
export type { Metric, MetricEmitter, MetricName } from './ports/metrics.ts'
export type { Snapshot, SnapshotContext, SnapshotEntry, SnapshotSummary } from './ports/snapshot.ts'
export type { Place, SourceTable } from './ports/table.ts'
export type { ApplyResult, BatchTarget, CallContext, SingleTarget, WarehouseTarget } from './ports/target.ts'
export type { Tracer } from './ports/tracer.ts'
export type { ReconcileConfig, ReconcileOptions, ReconcileRules, SnapshotLike, Snapshots } from './reconcile/options.ts'
export { reconcile } from './reconcile/reconcile.ts'
export { createReconcileHandler } from './reconcile/reconcile-handler.ts'
export { mergeReports } from './reconcile/merge-reports.ts'
export { reportHtml } from './reconcile/report-html.ts'
export { driftLines, reportJson, reportJsonl } from './reconcile/report-json.ts'
export { reportMetrics } from './reconcile/report-metrics.ts'
export { reportOfSql, type ReportOfSqlOptions } from './reconcile/report-of-sql.ts'
export { reconcileSql, type ReconcileSqlOptions } from './reconcile/sql.ts'
export { reportText, type ReportTextOptions } from './reconcile/report-text.ts'
export type { Drift, ReconcileReport, WarehouseReport } from './reconcile/report.ts'
export {
  defineSync,
  type BreakerOptions,
  type QueueSyncConfig,
  type RetryOptions,
  type StreamSyncConfig,
  type SyncConfig,
  type TargetRoute,
  type Targets,
} from './runtime/config.ts'
export { createStreamSyncHandler } from './runtime/handler.ts'
export { createQueueSyncHandler, type QueueEvent } from './runtime/queue-handler.ts'
export type { BatchResponse, InvocationContext, LambdaHandler } from './runtime/lambda.ts'
export {
  ConfigError,
  DeadlineError,
  DecodeError,
  isSyncError,
  SnapshotError,
  SyncError,
  TargetRejectedError,
  TargetUnavailableError,
  type SchemaIssue,
  type SyncErrorCode,
} from './errors.ts'
