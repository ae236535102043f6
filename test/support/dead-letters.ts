import type { DeliveryLetter, PoisonLetter } from '../../src/core/dead-letter.ts'
import type { CallContext } from '../../src/ports/target.ts'

/** A valid delivery letter; a test states only what it cares about. */
export function deliveryLetter(facts: Partial<DeliveryLetter> = {}): DeliveryLetter {
  return {
    id: 'letter-1',
    code: 'TARGET_UNAVAILABLE',
    reason: 'The warehouse did not answer.',
    attempts: 3,
    failedAt: new Date('2026-01-02T03:04:05.678Z'),
    type: 'delivery',
    target: 'berlin',
    key: 'sku-1',
    version: '000000/2026-01-01T00:00:00.000/0000000000000000000000000000000000000111',
    change: 'upsert',
    record: {
      eventID: 'event-1',
      eventName: 'MODIFY',
      eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/inventory/stream/2026-01-01T00:00:00.000',
      dynamodb: {
        ApproximateCreationDateTime: 1_767_323_000,
        Keys: { sku: { S: 'sku-1' } },
        NewImage: { sku: { S: 'sku-1' }, quantity: { N: '5' } },
        OldImage: { sku: { S: 'sku-1' }, quantity: { N: '6' } },
        SequenceNumber: '111',
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    },
    ...facts,
  }
}

/** A valid poison letter. */
export function poisonLetter(facts: Partial<PoisonLetter> = {}): PoisonLetter {
  return {
    id: 'letter-2',
    code: 'RECORD_UNDECODABLE',
    reason: 'The record has no keys.',
    attempts: 0,
    failedAt: new Date('2026-01-02T03:04:05.678Z'),
    type: 'poison',
    record: { eventID: 'event-2' },
    ...facts,
  }
}

/** What a sink's call may know, with a signal of its own unless given. */
export function sinkContext(signal: AbortSignal = new AbortController().signal): CallContext {
  return { target: 'dlq', signal, attempt: 1, timeoutMs: 5_000 }
}
