import { isObject } from '../core/objects.ts'
import { DecodeError } from '../errors.ts'
import type { DecodedEntry, EventDecoder } from '../ports/event-decoder.ts'
import { streamRecordOf } from './kinesis/stream-record-of.ts'

/** What Lambda hands over for a Kinesis data stream. `KinesisStreamEvent` of `@types/aws-lambda` fits. */
export interface KinesisEvent {
  readonly Records: readonly KinesisEventRecord[]
}

export interface KinesisEventRecord {
  readonly kinesis: { readonly data: string; readonly sequenceNumber: string }
  readonly eventSourceARN?: string | undefined
}

/**
 * Takes events of Kinesis Data Streams for DynamoDB apart.
 *
 * - The stream carries a change more than once and out of order, and its records have none of DynamoDB's sequence
 *   numbers, so that the item needs a version attribute.
 * - `itemIdentifier` is Kinesis' own sequence number, which is what Lambda checks answers against.
 * - Creation times, in milliseconds or microseconds here, become seconds with their fraction. One in an unknown
 *   precision is left out.
 * - `eventSourceARN` is the Kinesis stream's: what `epochs` are declared by. Both images are always there, so that the
 *   view type reads `NEW_AND_OLD_IMAGES`.
 * - What is no change of a table is an entry with an error, the raw Kinesis record with it.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_gettingstarted.html
 * @throws DecodeError from `decode` for an event that comes from no Kinesis stream.
 */
export function kinesisEvents(): EventDecoder<KinesisEvent> {
  return {
    sequenced: false,
    decode: (event) => entries(recordsOf(event)),
  }
}

function* entries(records: readonly KinesisEventRecord[]): Generator<DecodedEntry> {
  for (const raw of records) {
    const itemIdentifier = raw.kinesis.sequenceNumber
    const record = streamRecordOf(raw.kinesis.data, raw.eventSourceARN)
    yield record instanceof DecodeError ? { itemIdentifier, error: record, raw } : { itemIdentifier, record }
  }
}

/** Looks at the whole event first: without every identifier it could not be answered truthfully. */
function recordsOf(event: unknown): readonly KinesisEventRecord[] {
  const records: unknown = isObject(event) ? event['Records'] : undefined
  if (!Array.isArray(records))
    throw new DecodeError(
      'The event is no Kinesis event: it has no list Records. Map the function to a Kinesis stream.',
    )
  const odd = records.findIndex((record) => !isKinesisRecord(record))
  if (odd >= 0)
    throw new DecodeError(
      `The event is no Kinesis event: Records[${odd}] has no kinesis.sequenceNumber. Leave out kinesisEvents() where ` +
        'the function is mapped to a DynamoDB stream.',
    )
  return records as readonly KinesisEventRecord[] // `data` is looked at entry by entry
}

function isKinesisRecord(record: unknown): boolean {
  const kinesis = isObject(record) ? record['kinesis'] : undefined
  const identifier = isObject(kinesis) ? kinesis['sequenceNumber'] : undefined
  return typeof identifier === 'string' && identifier !== ''
}
