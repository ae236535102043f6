import { createHash } from 'node:crypto'
import type { Change } from '../../core/change.ts'
import type { DeliveryLetter } from '../../core/dead-letter.ts'
import { marshalImage } from '../../core/marshal.ts'
import type { StreamRecord } from '../../core/stream-record.ts'

/**
 * A change as the letter of its delivery, which the queue handler drains. Its id is made of the target and the change's:
 * the same at every redelivery, so that the warehouse behind the queue sees the same idempotency key, and another for
 * another target, because a FIFO queue that both share deduplicates across message groups.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-additional-fifo-queue-recommendations.html
 */
export function queuedLetter(change: Change<unknown>, target: string, now: number): DeliveryLetter {
  return {
    id: createHash('sha256')
      .update(JSON.stringify([target, change.id]))
      .digest('hex'),
    type: 'delivery',
    target,
    key: change.key,
    version: change.version,
    change: change.type,
    code: 'TARGET_UNAVAILABLE',
    reason: 'It was not tried: it is queued for its warehouse.',
    attempts: 0,
    failedAt: new Date(now),
    record: change.record ?? keysOf(change),
  }
}

/** What is known of a change without a record, as a repair is one: enough to read the table. */
function keysOf({ keyAttributes, changedAt }: Change<unknown>): StreamRecord {
  const seconds = changedAt.getTime() / 1_000
  const Keys = marshalImage(keyAttributes)
  return { dynamodb: seconds > 0 ? { Keys, ApproximateCreationDateTime: seconds } : { Keys } }
}
