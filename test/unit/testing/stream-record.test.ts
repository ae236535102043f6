import { describe, expect, test } from 'vitest'
import { streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import { decodeImage } from '../../../src/core/attribute-value.ts'

describe('streamRecord', () => {
  test('takes the event from the images', () => {
    const [oldImage, newImage] = [
      { sku: 'A1', quantity: 6 },
      { sku: 'A1', quantity: 5 },
    ]
    expect(streamRecord({ newImage }).eventName).toBe('INSERT')
    expect(streamRecord({ newImage, oldImage }).eventName).toBe('MODIFY')
    expect(streamRecord({ oldImage }).eventName).toBe('REMOVE')
  })

  test('has the form that Lambda hands over', () => {
    const record = streamRecord({
      newImage: { sku: 'A1', quantity: 5 },
      oldImage: { sku: 'A1', quantity: 6 },
      sequenceNumber: '111',
      createdAt: new Date('2026-03-02T00:00:00.999Z'),
    })
    expect(record).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: expect.stringMatching(
        /^arn:aws:dynamodb:eu-west-1:\d{12}:table\/\w+\/stream\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/,
      ) as string,
      dynamodb: {
        ApproximateCreationDateTime: Date.parse('2026-03-02T00:00:00Z') / 1000,
        Keys: { sku: { S: 'A1' } },
        NewImage: { sku: { S: 'A1' }, quantity: { N: '5' } },
        OldImage: { sku: { S: 'A1' }, quantity: { N: '6' } },
        SequenceNumber: '111',
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    })
  })

  test('carries every kind of value through JSON and back', () => {
    const newImage = {
      sku: 'A1',
      big: 12_345_678_901_234_567_890n,
      exact: { value: '0.1234567890123456789012345678901234567' },
      bytes: new Uint8Array([0, 255]),
      texts: new Set(['a', 'b']),
      blobs: new Set([new Uint8Array([1])]),
      nested: { list: [1, null, true, { bytes: new Uint8Array([2]) }] },
      ['__proto__']: 'data',
      empty: '',
    }
    const json = JSON.parse(JSON.stringify(streamRecord({ newImage }))) as ReturnType<typeof streamRecord>
    expect(decodeImage(json.dynamodb!.NewImage!)).toEqual(newImage)
    expect(json.dynamodb!.NewImage).toMatchObject({ bytes: { B: 'AP8=' }, blobs: { BS: ['AQ=='] } })
  })

  test('takes its keys from the named attributes, of the old image where that is the only one', () => {
    const record = streamRecord({ oldImage: { sku: 'A1', site: 7, quantity: 1 }, key: ['sku', 'site'] })
    expect(record.dynamodb?.Keys).toEqual({ sku: { S: 'A1' }, site: { N: '7' } })
    expect(record.dynamodb).not.toHaveProperty('NewImage')
  })

  test('refuses an image without its key, and a record without an image', () => {
    const code = 'CONFIG_INVALID'
    expect(() => streamRecord({ newImage: { quantity: 1 } })).toThrow(expect.objectContaining({ code, field: 'key' }))
    expect(() => streamRecord({} as never)).toThrow(expect.objectContaining({ code, field: 'newImage' }))
    expect(() => streamRecord({ newImage: { sku: 'A1', at: new Date(0) } })).toThrow('"at"')
  })
})

describe('streamEvent', () => {
  test('numbers records upwards, from one event to the next', () => {
    const one = { newImage: { sku: 'A1', quantity: 1 } }
    const records = [...streamEvent([one, one, one]).Records, ...streamEvent([one]).Records]
    const numbers = records.map(({ dynamodb }) => BigInt(dynamodb!.SequenceNumber!))
    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)))
    expect(new Set(numbers).size).toBe(4)
    expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(4)
    expect(new Set(records.map(({ dynamodb }) => dynamodb!.ApproximateCreationDateTime))).toEqual(
      new Set([Date.parse('2026-03-01T10:00:00Z') / 1000]),
    )
  })
})
