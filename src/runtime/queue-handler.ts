import type { InventoryItem } from '../core/inventory-item.ts'
import { DecodeError } from '../errors.ts'
import { checkQueueSync } from './check-config.ts'
import type { QueueSyncConfig } from './config.ts'
import { recordReader } from './decode-record.ts'
import { deliver } from './deliver.ts'
import { withinInvocation, type Invocation } from './invocation.ts'
import type { BatchResponse, LambdaHandler } from './lambda.ts'
import { observe } from './observe.ts'
import { inSpan } from './quiet.ts'
import { readLetter, type QueueMessage, type ReadLetter } from './read-letter.ts'
import { redrive } from './redrive.ts'
import { recordVersions } from './record-version.ts'
import { rounds } from './rounds.ts'
import { settle } from './settle.ts'
import { resolveSync } from './sync.ts'

/** An SQS event, as far as it is read. `aws-lambda`'s `SQSEvent` fits. */
export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string
    readonly body: string
    readonly attributes?: { readonly MessageGroupId?: string | undefined } | undefined
  }[]
}

/**
 * Makes the Lambda handler that applies dead letters again, safely, and drains warehouse queues. A letter is done when
 * its target applied it or answered that it holds something newer. Anything else stays in the queue and is reported:
 * failed deliveries, letters that are invalid, name no target of the sync, or that the mode refuses. On a FIFO queue a
 * message group stops at its first failure. The mapping needs `ReportBatchItemFailures`.
 *
 * @throws ConfigError that names the field, the value and the remedy.
 */
export function createQueueSyncHandler<Item = InventoryItem>(
  config: QueueSyncConfig<Item>,
): LambdaHandler<QueueEvent, BatchResponse> {
  checkQueueSync(config)
  const resolved = resolveSync<Item>(config)
  // What fails here stays in its queue: parking it again would only make another letter of it.
  const sync = { ...resolved, dlq: undefined, routes: resolved.routes.map((route) => ({ ...route, dlq: undefined })) }
  const versions = recordVersions({ attribute: sync.versionAttribute, epochs: sync.epochs })
  const table = config.mode === 'original' ? undefined : config.table
  const redriving = { table, reader: recordReader(sync, versions) }

  async function applyRound(
    letters: readonly ReadLetter<Item>[],
    invocation: Invocation,
  ): Promise<ReadonlySet<ReadLetter<Item>>> {
    const { routed, refused } = await redrive(letters, sync, redriving, invocation)
    const delivering = deliver(routed, sync, invocation)
    const settled = await settle(delivering, sync, invocation)
    await observe(settled, sync, invocation)
    for (const { letter, reason } of refused)
      sync.logger.error('A dead letter stays in the queue.', { messageId: letter.message.messageId, reason })
    const unresolved = new Set(settled.unresolved.map(({ first }) => first))
    return new Set([
      ...refused.map(({ letter }) => letter),
      ...letters.filter((_, position) => unresolved.has(position)),
    ])
  }

  return (event, context) =>
    inSpan(sync.tracer, 'queue-sync', {}, () =>
      withinInvocation(sync, context, async (invocation) => {
        const letters = readMessages(event).map((message) => readLetter(message, sync, versions))
        const left = await rounds(letters, (round) => applyRound(round, invocation))
        return { batchItemFailures: left.map(({ message }) => ({ itemIdentifier: message.messageId })) }
      }),
    )
}

function readMessages(event: QueueEvent): readonly QueueMessage[] {
  const given: unknown = event
  if (typeof given === 'object' && given !== null && 'Records' in given && Array.isArray(given.Records))
    return given.Records as readonly QueueMessage[] // Lambda's own shape; the bodies are checked one by one
  throw new DecodeError('The event is no SQS event. Expected `{ Records: […] }` from a Lambda mapping on a queue.')
}
