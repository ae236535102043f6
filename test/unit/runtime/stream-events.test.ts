import { DecodeError } from 'dynamodb-stream-sync'
import { streamRecord } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { streamEvents } from '../../../src/runtime/stream-events.ts'

const record = streamRecord({ newImage: { sku: 'A1', quantity: 5 }, sequenceNumber: '111' })
const unnamed = { ...record, eventID: 5, dynamodb: { ...record.dynamodb, SequenceNumber: 5 } }

test('a record is named by its sequence number, or in a pipe by its event; what has no name by an empty one', () => {
  const given = [record, unnamed, { dynamodb: {} }, null, 'text'] as never[]
  const entriesNamed = (name: string | undefined) => [
    { itemIdentifier: name, record },
    { itemIdentifier: '', record: unnamed },
    { itemIdentifier: '', record: { dynamodb: {} } },
    { itemIdentifier: '', raw: null, error: expect.any(DecodeError) as unknown },
    { itemIdentifier: '', raw: 'text', error: expect.any(DecodeError) as unknown },
  ]
  expect(streamEvents.decode({ Records: given })).toEqual(entriesNamed('111'))
  expect(streamEvents.decode(given)).toEqual(entriesNamed(record.eventID))
})
