// Adapters that the scenarios use and that are not built yet. A declaration goes when its adapter comes.
declare module 'dynamodb-stream-sync/targets/postgres' {
  import type { BatchTarget } from 'dynamodb-stream-sync'
  export function postgresTarget<Item = unknown>(options: {
    pool: import('pg').Pool
    table: string
    columns?: Record<string, (item: Item) => unknown>
  }): BatchTarget<Item>
}
declare module 'dynamodb-stream-sync/metrics/opentelemetry' {
  import type { MetricEmitter } from 'dynamodb-stream-sync'
  export function opentelemetryMetrics(options?: { meter?: unknown }): MetricEmitter
}
declare module 'dynamodb-stream-sync/locks/dynamodb' {
  import type { Lock } from 'dynamodb-stream-sync'
  export function dynamoDbLock(options: { tableName: string; client?: unknown }): Lock
}
