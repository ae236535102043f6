import { isRecord } from '../../core/objects.ts'
import type { StreamRecord } from '../../core/stream-record.ts'
import { DecodeError } from '../../errors.ts'

type Json = Readonly<Record<string, unknown>>

/** The change that a Kinesis record carries, or why it carries none. Never throws, and quotes no content. */
export function streamRecordOf(data: unknown, eventSourceArn: unknown): StreamRecord | DecodeError {
  const payload = payloadOf(data)
  if (payload instanceof DecodeError) return payload
  const change = payload['dynamodb']
  if (!isRecord(change)) return new DecodeError('The Kinesis record carries no change of a table: it has no dynamodb.')
  const odd = ['Keys', 'NewImage', 'OldImage'].find((image) => !isRecord(change[image] ?? {}))
  if (odd !== undefined) return new DecodeError(`The Kinesis record's dynamodb.${odd} is no object.`)
  return {
    ...payload,
    eventID: textOf(payload['eventID']),
    eventName: textOf(payload['eventName']),
    eventSourceARN: textOf(eventSourceArn) ?? textOf(payload['eventSourceARN']),
    dynamodb: changeOf(change),
  }
}

function changeOf(change: Json): NonNullable<StreamRecord['dynamodb']> {
  const seconds = secondsOf(change['ApproximateCreationDateTime'], change['ApproximateCreationDateTimePrecision'])
  return {
    ...Object.fromEntries(Object.entries(change).filter(([name, value]) => value !== null && !unlikeStreams.has(name))),
    StreamViewType: textOf(change['StreamViewType']) ?? 'NEW_AND_OLD_IMAGES',
    ...(seconds === undefined ? {} : { ApproximateCreationDateTime: seconds }),
  }
}

/** Members that mean something else, or nothing, in a record of a DynamoDB stream. */
const unlikeStreams = new Set(['ApproximateCreationDateTime', 'ApproximateCreationDateTimePrecision', 'SequenceNumber'])

/** The time in milliseconds, unless the record says microseconds; undefined where it is no time. */
function secondsOf(time: unknown, precision: unknown): number | undefined {
  const perSecond = perSecondOf[typeof precision === 'string' ? precision : 'MILLISECOND']
  if (typeof time !== 'number' || perSecond === undefined) return undefined
  const seconds = time / perSecond
  return Math.abs(seconds) <= lastSecond ? seconds : undefined
}

const lastSecond = 8.64e12 // of what a Date can say

const perSecondOf: Readonly<Partial<Record<string, number>>> = { MILLISECOND: 1_000, MICROSECOND: 1_000_000 }

function payloadOf(data: unknown): Json | DecodeError {
  if (typeof data !== 'string' || data.length % 4 > 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data))
    return new DecodeError('The Kinesis record carries no change of a table: its data is no base64.')
  try {
    const payload: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64')))
    return isRecord(payload) ? payload : new DecodeError('The Kinesis record carries no change of a table: no object.')
  } catch {
    return new DecodeError('The Kinesis record carries no change of a table: its data is no JSON in UTF-8.')
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
