// Adapters that the scenarios use and that are not built yet. A declaration goes when its adapter comes.
declare module 'dynamodb-stream-sync/metrics/opentelemetry' {
  import type { MetricEmitter } from 'dynamodb-stream-sync'
  export function opentelemetryMetrics(options?: { meter?: unknown }): MetricEmitter
}
