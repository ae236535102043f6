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
    if (Array.isArray(given)) return given.map((record: unknown) => entry(record, eventId))
    if (typeof given === 'object' && given !== null && 'Records' in given && Array.isArray(given.Records))
      return given.Records.map((record: unknown) => entry(record, sequenceNumber))
    throw new DecodeError(
      'The event is no stream event. Expected `{ Records: […] }` from a Lambda mapping or a list of records from EventBridge Pipes; for Kinesis, set `events: kinesisEvents()`.',
    )
  },
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
