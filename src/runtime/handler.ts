import type { InventoryItem } from '../core/inventory-item.ts'
import type { StreamEvent } from '../core/stream-record.ts'
import type { EventDecoder } from '../ports/event-decoder.ts'
import { checkStreamSync } from './check-config.ts'
import type { StreamSyncConfig } from './config.ts'
import { decode } from './decode.ts'
import { recordReader } from './decode-record.ts'
import { deliver } from './deliver.ts'
import { withinInvocation } from './invocation.ts'
import type { BatchResponse, LambdaHandler } from './lambda.ts'
import { lanes } from './lanes.ts'
import { observe } from './observe.ts'
import { inSpan } from './quiet.ts'
import { recordVersions } from './record-version.ts'
import { respond } from './respond.ts'
import { route } from './route.ts'
import { select } from './select.ts'
import { settle } from './settle.ts'
import { streamEvents } from './stream-events.ts'
import { resolveSync, warnOfGaps } from './sync.ts'

/**
 * Makes the Lambda handler that keeps every target equal to the table.
 *
 * A record is reported as done only when each of its deliveries is applied, stale, unchanged, filtered or parked in the
 * DLQ; everything else comes back in `batchItemFailures`. The mapping needs `ReportBatchItemFailures`.
 *
 * @throws ConfigError that names the field, the value and the remedy.
 */
export function createStreamSyncHandler<Item = InventoryItem, Event = StreamEvent>(
  config: StreamSyncConfig<Item, Event>,
): LambdaHandler<Event, BatchResponse> {
  checkStreamSync(config)
  const sync = resolveSync<Item>(config)
  warnOfGaps(sync)
  // Without `events`, the type parameter is its default, StreamEvent.
  const events = config.events ?? (streamEvents as EventDecoder<unknown>)
  const versions = recordVersions({ attribute: sync.versionAttribute, epochs: sync.epochs })
  const decoding = { events, reader: recordReader(sync, versions), versions, table: config.table }

  return (event, context) =>
    inSpan(sync.tracer, 'stream-sync', {}, () =>
      withinInvocation(sync, context, async (invocation) => {
        const decoded = await decode(event, sync, decoding, invocation)
        const selected = select(decoded, sync)
        const laned = lanes(selected, config.coalesce ?? true)
        const routed = route(laned, sync)
        const delivering = deliver(routed, sync, invocation)
        const settled = await settle(delivering, sync, invocation)
        await observe(settled, sync, invocation)
        return respond(settled, config.failureMode ?? 'report')
      }),
    )
}
