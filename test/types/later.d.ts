// Adapters that the scenarios use and that are not built yet. A declaration goes when its adapter comes.
declare module 'dynamodb-stream-sync/metrics/opentelemetry' {
  import type { MetricEmitter } from 'dynamodb-stream-sync'
  export function opentelemetryMetrics(options?: { meter?: unknown }): MetricEmitter
}
declare module 'dynamodb-stream-sync/locks/dynamodb' {
  import type { Lock } from 'dynamodb-stream-sync'
  export function dynamoDbLock(options: { tableName: string; client?: unknown }): Lock
}
