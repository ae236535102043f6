import { randomUUID } from 'node:crypto'
import type { DeliveryLetter, PoisonLetter } from '../core/dead-letter.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { defaultStart, streamRecord } from './stream-record.ts'

/** A delivery letter with an id of its own. */
export function deliveryLetter(facts: Partial<DeliveryLetter> = {}): DeliveryLetter {
  return {
    type: 'delivery',
    id: randomUUID(),
    code: 'TARGET_UNAVAILABLE',
    reason: 'The warehouse did not answer.',
    attempts: 3,
    failedAt: defaultStart,
    target: 'berlin',
    key: 'A1',
    version: '000000/2026-03-01T00:00:00.000/0000000000000000000100000000000000000001',
    change: 'upsert',
    record: recordOf({}),
    ...facts,
  }
}

/** A poison letter with an id of its own. */
export function poisonLetter(record: unknown): PoisonLetter {
  return {
    type: 'poison',
    id: randomUUID(),
    code: 'RECORD_UNDECODABLE',
    reason: 'The record has no keys.',
    attempts: 0,
    failedAt: defaultStart,
    record,
  }
}

/** A record of one write, with these attributes, in DynamoDB JSON, in its new image. */
export function recordOf(attributes: object): StreamRecord {
  const record = streamRecord({ newImage: { sku: 'A1', quantity: 5 }, oldImage: { sku: 'A1', quantity: 6 } })
  // entries, not a spread: an attribute may be called __proto__
  const entries = [...Object.entries(record.dynamodb?.NewImage ?? {}), ...Object.entries(attributes)]
  return { ...record, dynamodb: { ...record.dynamodb, NewImage: Object.fromEntries(entries) } }
}

/** A record with this text wherever one may stand. */
export function hostileRecord(text: string): StreamRecord {
  return { ...recordOf({ [text]: { S: text }, set: { SS: [text] } }), eventID: text, userIdentity: { [text]: [text] } }
}
