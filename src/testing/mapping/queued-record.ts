import type { StreamRecord } from '../../core/stream-record.ts'

/** A record on its way to the handler: the JSON that Lambda would send, and what the mapping must know of it. */
export interface QueuedRecord {
  readonly json: string
  /** Of the JSON, in UTF-8. */
  readonly bytes: number
  readonly streamArn: string
  /** Empty where a record given in memory has none. */
  readonly sequenceNumber: string
  /** Milliseconds since 1970; `undefined` where the record does not say: such a record never grows too old. */
  readonly createdAt: number | undefined
}

const minute = 60_000

/** Prepares one record. `receivedAt`: when it was read, in milliseconds since 1970. */
export function queuedRecord(record: StreamRecord, receivedAt: number): QueuedRecord {
  const json = JSON.stringify(record)
  return {
    json,
    bytes: Buffer.byteLength(json),
    streamArn: text(record.eventSourceARN),
    sequenceNumber: text(record.dynamodb?.SequenceNumber),
    createdAt: creationTime(record, receivedAt),
  }
}

/** DynamoDB Local rounds down to the minute: read so, a record would look up to 60 s too old, the least age limit there is. */
function creationTime(record: StreamRecord, receivedAt: number): number | undefined {
  const seconds = record.dynamodb?.ApproximateCreationDateTime
  if (typeof seconds !== 'number') return undefined
  const stated = seconds * 1000
  if (!isDynamoDbLocal(record) || stated % minute !== 0) return stated
  return Math.max(stated, Math.min(stated + minute - 1, receivedAt))
}

function isDynamoDbLocal(record: StreamRecord): boolean {
  return text(record.eventSourceARN).split(':')[3] === 'ddblocal'
}

/** A poisoned record may hold anything. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
