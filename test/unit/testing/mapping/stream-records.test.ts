import type { StreamRecord } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import { type MappedEvent } from '../../../../src/testing/event-source-mapping.ts'
import { fakeStreams } from '../../../support/fake-streams.ts'
import { numbersOf, streamArn } from '../../../support/mapped-records.ts'
import { draining } from '../../../support/stream-runs.ts'

describe('a record that was polled', () => {
  const read = {
    eventID: 'e1',
    eventName: 'MODIFY',
    dynamodb: {
      ApproximateCreationDateTime: new Date('2026-03-01T10:00:00.900Z'),
      Keys: { sku: { S: 'a' } },
      NewImage: { sku: { S: 'a' }, n: { N: '1.0' }, b: { B: Uint8Array.of(1, 255) } },
      OldImage: { deep: { M: { list: { L: [{ BS: [Uint8Array.of(2), Uint8Array.of(3)] }, { NULL: true }] } } } },
      SequenceNumber: '1',
      SizeBytes: 12,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
  }

  async function eventOf(...records: object[]): Promise<MappedEvent['Records']> {
    const seen: StreamRecord[] = []
    const handler = async ({ Records }: MappedEvent) => void seen.push(...Records)
    await draining(fakeStreams([{ id: 'one', records }]), { handler }).mapping.run()
    return seen
  }

  it('reaches the handler in Lambda’s form', async () => {
    expect(await eventOf(read)).toEqual([
      {
        eventID: 'e1',
        eventName: 'MODIFY',
        eventSource: 'aws:dynamodb',
        eventVersion: '1.1',
        awsRegion: 'eu-central-1',
        eventSourceARN: streamArn,
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
        dynamodb: {
          ApproximateCreationDateTime: 1_772_359_200,
          Keys: { sku: { S: 'a' } },
          NewImage: { sku: { S: 'a' }, n: { N: '1.0' }, b: { B: 'Af8=' } },
          OldImage: { deep: { M: { list: { L: [{ BS: ['Ag==', 'Aw=='] }, { NULL: true }] } } } },
          SequenceNumber: '1',
          SizeBytes: 12,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      },
    ])
  })

  it('keeps what the server says of itself', async () => {
    const own = { eventVersion: '1.0', awsRegion: 'dynoxide', eventSource: 'aws:dynamodb' }
    expect(await eventOf({ ...read, ...own })).toMatchObject([own])
  })

  it('is skipped where the write changed nothing, which AWS makes no record of', async () => {
    const image = { sku: { S: 'a' }, tags: { SS: ['x', 'y'] } }
    const same = { ...image, tags: { SS: ['y', 'x'] } }
    const change = (NewImage: object | undefined, OldImage: object | undefined, SequenceNumber: string) => ({
      eventName: 'MODIFY',
      dynamodb: { NewImage, OldImage, SequenceNumber },
    })
    const other = { ...image, list: { L: [{ S: 'y' }, { S: 'x' }] } }
    const reordered = { ...image, list: { L: [{ S: 'x' }, { S: 'y' }] } }
    const records = [
      change(same, image, '1'),
      change(other, image, '2'),
      change(reordered, other, '3'),
      change(image, undefined, '4'),
      change(undefined, undefined, '5'),
    ]
    expect(numbersOf({ Records: await eventOf(...records) })).toEqual(['2', '3', '4', '5'])
  })
})
