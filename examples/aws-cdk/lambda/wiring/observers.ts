import { jsonLogger } from 'dynamodb-stream-sync/logging/json'
import { emfMetrics } from 'dynamodb-stream-sync/metrics/emf'
import { opentelemetryTracer } from 'dynamodb-stream-sync/tracing/opentelemetry'
import { variable } from './environment.ts'

/** Who looks on: metrics and log lines by standard output, spans by the ADOT layer, where there is one. */
export function observers() {
  return {
    metrics: emfMetrics({ service: variable('SERVICE') }),
    logger: jsonLogger(),
    tracer: opentelemetryTracer(),
  }
}
