import { createStreamSyncHandler, type DlqSink, type InventoryItem, type WarehouseTarget } from 'dynamodb-stream-sync'
import { jsonLogger } from 'dynamodb-stream-sync/logging/json'
import { emfMetrics } from 'dynamodb-stream-sync/metrics/emf'
import { opentelemetryMetrics } from 'dynamodb-stream-sync/metrics/opentelemetry'
import { opentelemetryTracer } from 'dynamodb-stream-sync/tracing/opentelemetry'

interface Places {
  readonly lyon: WarehouseTarget<InventoryItem>
  readonly dlq: DlqSink
}

// region observed
export const observedHandler = ({ lyon, dlq }: Places) =>
  createStreamSyncHandler({
    targets: { lyon },
    dlq,
    metrics: emfMetrics({ service: 'inventory' }),
    logger: jsonLogger({ fields: { service: 'inventory' } }),
    tracer: opentelemetryTracer(),
  })
// endregion

// region both
export const observers = {
  metrics: [emfMetrics({ service: 'inventory' }), opentelemetryMetrics()],
  tracer: opentelemetryTracer(),
}
// endregion
