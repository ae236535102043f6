import { isObject } from '../core/objects.ts'
import type { StreamEvent, StreamRecord } from '../core/stream-record.ts'
import { DecodeError } from '../errors.ts'
import type { DecodedEntry, EventDecoder } from '../ports/event-decoder.ts'

/**
 * DynamoDB Streams through a Lambda mapping (`{ Records }`, identified by sequence number) or through EventBridge Pipes
 * (a plain list, identified by `eventID`).
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 */
export const streamEvents: EventDecoder<StreamEvent> = {
  sequenced: true,
  decode(event) {
    const given: unknown = event
    if (Array.isArray(given)) return entries(given, eventId)
    if (typeof given === 'object' && given !== null && 'Records' in given && Array.isArray(given.Records))
      return entries(given.Records, sequenceNumber)
    throw wrongEvent()
  },
}

/** Of another source, an SQS queue say, no record is one: to park them all would drain that source. */
function entries(records: readonly unknown[], identify: (record: StreamRecord) => unknown): readonly DecodedEntry[] {
  if (records.length > 0 && !records.some(hasStreamPart)) throw wrongEvent()
  return records.map((record) => entry(record, identify))
}

function hasStreamPart(record: unknown): boolean {
  return isObject(record) && isObject(record['dynamodb'])
}

function wrongEvent(): DecodeError {
  return new DecodeError(
    'The event is no stream event: no record of it has a `dynamodb` part. Expected `{ Records: […] }` from a Lambda mapping on a DynamoDB stream or a list of records from EventBridge Pipes; for Kinesis, set `events: kinesisEvents()`; for dead letters, use createQueueSyncHandler.',
  )
}

function entry(record: unknown, identify: (record: StreamRecord) => unknown): DecodedEntry {
  if (typeof record !== 'object' || record === null)
    return { itemIdentifier: '', error: new DecodeError('The record is no object.'), raw: record }
  const identifier = identify(record)
  // An empty identifier makes Lambda redeliver the whole batch, which is right for a record that cannot be named.
  return { itemIdentifier: typeof identifier === 'string' ? identifier : '', record }
}

const eventId = ({ eventID }: StreamRecord): unknown => eventID
const sequenceNumber = ({ dynamodb }: StreamRecord): unknown => dynamodb?.SequenceNumber
