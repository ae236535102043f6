import type { KinesisStreamEvent } from 'aws-lambda'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { decodeDeadLetter, encodeDeadLetter } from '../../../src/core/dead-letter.ts'
import { isSyncError } from '../../../src/errors.ts'
import { kinesisEvents, type KinesisEvent } from '../../../src/events/kinesis.ts'
import { deliveryLetter } from '../../support/dead-letters.ts'
import { kinesisArn, kinesisRecord, payload } from '../../support/kinesis-event.ts'

const decode = (...records: readonly unknown[]) => [...kinesisEvents().decode({ Records: records } as KinesisEvent)]

function decodedRecord(data: unknown) {
  const [entry] = decode(kinesisRecord(data))
  if (!entry || !('record' in entry)) throw new Error('The record was not decoded.')
  return entry.record
}

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64')

describe('a change that comes through Kinesis', () => {
  test('is a stream record under Kinesis’ sequence number', () => {
    const sequenceNumber = '49590338271490256608559692540925702759324208523137515618'
    expect(decode(kinesisRecord(payload(), sequenceNumber))).toEqual([
      {
        itemIdentifier: sequenceNumber,
        record: {
          awsRegion: 'eu-west-1',
          eventID: 'f0f0f0f0-1111-2222-3333-444444444444',
          eventName: 'MODIFY',
          eventSource: 'aws:dynamodb',
          eventSourceARN: kinesisArn,
          recordFormat: 'application/json',
          tableName: 'inventory',
          userIdentity: null,
          dynamodb: {
            ApproximateCreationDateTime: 1_700_000_000.123,
            Keys: { sku: { S: 'A' } },
            NewImage: { sku: { S: 'A' }, quantity: { N: '5' } },
            OldImage: { sku: { S: 'A' }, quantity: { N: '6' } },
            SizeBytes: 21,
            StreamViewType: 'NEW_AND_OLD_IMAGES',
          },
        },
      },
    ])
  })

  test('comes from a decoder that knows no sequence and takes Lambda’s own type', () => {
    expect(kinesisEvents().sequenced).toBe(false)
    expectTypeOf<KinesisStreamEvent>().toExtend<Parameters<ReturnType<typeof kinesisEvents>['decode']>[0]>()
  })

  test.for<readonly [string, object, number | undefined]>([
    ['milliseconds', {}, 1_700_000_000.123],
    ['milliseconds, said so', { ApproximateCreationDateTimePrecision: 'MILLISECOND' }, 1_700_000_000.123],
    [
      'microseconds',
      { ApproximateCreationDateTime: 1_700_000_000_123_456, ApproximateCreationDateTimePrecision: 'MICROSECOND' },
      1_700_000_000.123456,
    ],
    ['an unknown precision', { ApproximateCreationDateTimePrecision: 'NANOSECOND' }, undefined],
    ['a precision that objects have', { ApproximateCreationDateTimePrecision: 'constructor' }, undefined],
    ['no time', { ApproximateCreationDateTime: undefined }, undefined],
    ['a time that is no number', { ApproximateCreationDateTime: '1700000000123' }, undefined],
    ['a time beyond all dates', { ApproximateCreationDateTime: 1e300 }, undefined],
  ])('has its creation time in seconds: %s', ([, change, seconds]) => {
    const { dynamodb } = decodedRecord(payload({}, change))
    expect(dynamodb?.ApproximateCreationDateTime).toBe(seconds)
    expect(dynamodb).not.toHaveProperty('ApproximateCreationDateTimePrecision')
  })

  test('leaves out images that are null, and a sequence number that would not be one', () => {
    const { dynamodb } = decodedRecord(payload({}, { OldImage: null, SequenceNumber: '7' }))
    expect(dynamodb).not.toHaveProperty('OldImage')
    expect(dynamodb).not.toHaveProperty('SequenceNumber')
  })

  test('keeps a view type that it names, and its own ARN where the event has none', () => {
    const { kinesis } = kinesisRecord(payload({ eventSourceARN: 'arn:own' }, { StreamViewType: 'NEW_IMAGE' }))
    expect(decode({ kinesis })).toMatchObject([
      { record: { eventSourceARN: 'arn:own', dynamodb: { StreamViewType: 'NEW_IMAGE' } } },
    ])
  })

  test('keeps characters and attribute names as they are', () => {
    const image = '{"__proto__":{"S":"Größe \u{1f600}"},"constructor":{"S":"x"}}'
    const { dynamodb } = decodedRecord(base64(`{"eventName":"INSERT","dynamodb":{"NewImage":${image}}}`))
    expect(JSON.stringify(dynamodb?.NewImage)).toBe(image)
  })

  test('can be parked and read back', () => {
    const letter = deliveryLetter({ record: decodedRecord(payload()) })
    expect(decodeDeadLetter(encodeDeadLetter(letter))).toEqual(letter)
  })
})

describe('what is no change is an entry with an error and the raw record', () => {
  test.for<readonly [string, unknown, string]>([
    ['no base64', 'not base64!', 'no base64'],
    ['base64 of a wrong length', 'e30', 'no base64'],
    ['padding in the middle', 'e3=0', 'no base64'],
    ['nothing', '', 'no JSON in UTF-8'],
    ['no UTF-8', base64(Uint8Array.of(0x22, 0xff, 0x22)), 'no JSON in UTF-8'],
    ['no JSON', base64('{"eventID":'), 'no JSON in UTF-8'],
    ['null', base64('null'), 'no object'],
    ['a list', base64('[]'), 'no object'],
    ['a text', base64('"x"'), 'no object'],
    ['no dynamodb', base64('{}'), 'it has no dynamodb'],
    ['a list as dynamodb', base64('{"dynamodb":[]}'), 'it has no dynamodb'],
    ['a text as keys', base64('{"dynamodb":{"Keys":"k"}}'), 'dynamodb.Keys is no object'],
    ['a list as new image', base64('{"dynamodb":{"NewImage":[]}}'), 'dynamodb.NewImage is no object'],
    ['a number as old image', base64('{"dynamodb":{"OldImage":7}}'), 'dynamodb.OldImage is no object'],
  ])('%s', ([, data, message]) => {
    const raw = kinesisRecord(data)
    const [first, second] = decode(raw, kinesisRecord(payload(), '2'))
    expect(first).toEqual({ itemIdentifier: raw.kinesis.sequenceNumber, error: expect.any(Error) as Error, raw })
    const error = first && 'error' in first ? first.error : undefined
    expect(isSyncError(error, 'RECORD_UNDECODABLE')).toBe(true)
    expect(error?.message).toContain(message)
    expect(second).toMatchObject({ itemIdentifier: '2', record: { eventName: 'MODIFY' } })
  })

  test('data that is no text', () => {
    const raw = { kinesis: { sequenceNumber: '1', data: 7 } }
    expect(decode(raw)).toEqual([{ itemIdentifier: '1', error: expect.any(Error) as Error, raw }])
  })
})

describe('an event that comes from no Kinesis stream is refused at once', () => {
  test.for<readonly [string, unknown, string]>([
    ['nothing', undefined, 'it has no list Records'],
    ['null', null, 'it has no list Records'],
    ['a list', [kinesisRecord(payload())], 'it has no list Records'],
    ['no records', {}, 'it has no list Records'],
    ['a DynamoDB stream’s', { Records: [payload()] }, 'Records[0] has no kinesis.sequenceNumber'],
    ['a null record', { Records: [kinesisRecord(payload()), null] }, 'Records[1] has no kinesis.sequenceNumber'],
    ['an empty identifier', { Records: [kinesisRecord(payload(), '')] }, 'Records[0] has no kinesis.sequenceNumber'],
    ['an identifier that is a number', { Records: [{ kinesis: { sequenceNumber: 7 } }] }, 'Records[0] has no'],
  ])('%s', ([, event, message]) => {
    let thrown: unknown
    try {
      kinesisEvents().decode(event as KinesisEvent)
    } catch (error) {
      thrown = error
    }
    expect(isSyncError(thrown, 'RECORD_UNDECODABLE')).toBe(true)
    expect((thrown as Error).message).toContain(message)
  })

  test('but an empty one is an event', () => {
    expect(decode()).toEqual([])
  })
})
