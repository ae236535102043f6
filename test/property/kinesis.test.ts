import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { decodeDeadLetter, encodeDeadLetter } from '../../src/core/dead-letter.ts'
import { isSyncError } from '../../src/errors.ts'
import { kinesisEvents, type KinesisEvent } from '../../src/events/kinesis.ts'
import { deliveryLetter } from '../support/dead-letters.ts'
import { kinesisRecord, payload } from '../support/kinesis-event.ts'
import { anyImage } from '../support/letter-arbitraries.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const validBytes = Buffer.from(JSON.stringify(payload()))

/** A valid payload with some of its bytes replaced, or cut short. */
const mutilated = fc
  .tuple(fc.array(fc.tuple(fc.nat(validBytes.length - 1), fc.integer({ min: 0, max: 255 }))), fc.nat(validBytes.length))
  .map(([changes, length]) => {
    const bytes = Buffer.from(validBytes)
    for (const [at, byte] of changes) bytes[at] = byte
    return base64(length % 3 === 0 ? bytes.subarray(0, length) : bytes)
  })

const anyMember = fc.oneof(fc.jsonValue(), fc.double())
const oddPayload = fc
  .record(
    { eventID: anyMember, eventName: anyMember, eventSourceARN: anyMember, userIdentity: anyMember },
    { requiredKeys: [] },
  )
  .chain((facts) =>
    fc
      .record(
        {
          Keys: anyMember,
          NewImage: anyMember,
          OldImage: anyMember,
          ApproximateCreationDateTime: anyMember,
          ApproximateCreationDateTimePrecision: anyMember,
          StreamViewType: anyMember,
          SequenceNumber: anyMember,
        },
        { requiredKeys: [] },
      )
      .map((change) => payload(facts, change)),
  )

const anyData = fc.oneof(mutilated, oddPayload, fc.uint8Array().map(base64), fc.string(), fc.json(), fc.jsonValue())

test.prop([fc.array(anyData)])('any data is a record that can be parked, or an error with the raw record', (all) => {
  const records = all.map((data, index) => kinesisRecord(data, String(index)))
  const entries = [...kinesisEvents().decode({ Records: records })]
  expect(entries.map((entry) => entry.itemIdentifier)).toEqual(records.map((_, index) => String(index)))
  for (const [index, entry] of entries.entries()) {
    if ('record' in entry) decodeDeadLetter(encodeDeadLetter(deliveryLetter({ record: entry.record })))
    else expect([entry.raw, isSyncError(entry.error, 'RECORD_UNDECODABLE')]).toEqual([records[index], true])
  }
})

test.prop([fc.anything()])('any event is taken apart or refused with a DecodeError', (event) => {
  try {
    for (const entry of kinesisEvents().decode(event as KinesisEvent)) expect(entry.itemIdentifier).not.toBe('')
  } catch (error) {
    expect(isSyncError(error, 'RECORD_UNDECODABLE')).toBe(true)
  }
})

test.prop([anyImage, anyImage])('P8 any images come through as they are', (newImage, oldImage) => {
  const data = payload({}, { NewImage: newImage, OldImage: oldImage })
  const [entry] = kinesisEvents().decode({ Records: [kinesisRecord(data)] })
  const images = (entry && 'record' in entry && entry.record.dynamodb) || undefined
  expect(JSON.stringify([images?.NewImage, images?.OldImage])).toBe(JSON.stringify([newImage, oldImage]))
})
