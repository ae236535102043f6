import { describe, expect, test } from 'vitest'
import { type DeadLetter, decodeDeadLetter, encodeDeadLetter } from '../../../src/core/dead-letter.ts'
import { isSyncError } from '../../../src/errors.ts'
import { deliveryLetter, poisonLetter } from '../../support/dead-letters.ts'

const everyType = {
  text: { S: 'Ä \u0000 \ud83d\ude00 \ud800 \uffff "\\' },
  number: { N: '-99999999999999999999999999999999999999' },
  fraction: { N: '0.10000000000000000000000000000000000001' },
  flag: { BOOL: false },
  nothing: { NULL: true },
  bytes: { B: 'AP8=' },
  texts: { SS: ['b', 'a'] },
  numbers: { NS: ['1', '1e-130'] },
  binaries: { BS: ['AA==', '/w=='] },
  list: { L: [{ S: '' }, { L: [] }, { M: {} }] },
  map: { M: { inner: { M: { '': { S: 'x' } } } } },
}

const back = (letter: DeadLetter) => decodeDeadLetter(encodeDeadLetter(letter))

describe('a dead letter as text', () => {
  test('comes back whole with every attribute type', () => {
    const letter = deliveryLetter({
      record: {
        eventName: 'MODIFY',
        dynamodb: { Keys: { sku: { S: 'a' } }, NewImage: everyType, OldImage: everyType },
      },
    })
    expect(back(letter)).toEqual(letter)
  })

  test.for([
    'CONFIG_INVALID',
    'RECORD_UNDECODABLE',
    'TARGET_UNAVAILABLE',
    'TARGET_REJECTED',
    'DEADLINE_EXCEEDED',
    'SNAPSHOT_INVALID',
  ] as const)('keeps the code %s', (code) => {
    expect(back(deliveryLetter({ code })).code).toBe(code)
  })

  test('writes bytes as base64, whatever holds them', () => {
    const bytes = Uint8Array.of(0, 1, 127, 128, 255)
    const image = { whole: { B: bytes }, part: { B: Buffer.from(bytes).subarray(1, 3) }, set: { BS: [bytes] } }
    const letter = back(deliveryLetter({ record: { dynamodb: { NewImage: image } } }))
    expect(letter.record).toEqual({
      dynamodb: { NewImage: { whole: { B: 'AAF/gP8=' }, part: { B: 'AX8=' }, set: { BS: ['AAF/gP8='] } } },
    })
  })

  test('keeps attributes that are called like an object’s own members', () => {
    const hostile = '{"__proto__":{"S":"a"},"constructor":{"S":"b"},"toString":{"S":"c"}}'
    const parsed = JSON.parse(hostile) as object
    const letter = deliveryLetter({ record: { dynamodb: { Keys: parsed, NewImage: parsed, OldImage: parsed } } })
    expect(encodeDeadLetter(back(letter))).toBe(encodeDeadLetter(letter))
    const { record } = back(poisonLetter({ record: JSON.parse('{"__proto__":{"polluted":true}}') }))
    expect(JSON.stringify(record)).toBe('{"__proto__":{"polluted":true}}')
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
  })

  test('writes a bigint of a poison record as its decimal text', () => {
    const record = { count: 12345678901234567890n, nested: [1n] }
    expect(back(poisonLetter({ record })).record).toEqual({ count: '12345678901234567890', nested: ['1'] })
  })

  test.for([null, 'text', 7, [], {}, undefined])('carries %j as a poison record', (record) => {
    expect(back(poisonLetter({ record })).record).toEqual(record)
  })

  test('keeps what it does not know of a record', () => {
    const dynamodb = { SizeBytes: 7, OldImageOmitted: true, Keys: {} }
    const record = { eventID: 'e', tableName: 'inventory', dynamodb }
    expect(back(deliveryLetter({ record })).record).toEqual(record)
  })
})

describe('a text that is no dead letter is refused', () => {
  const valid = JSON.parse(encodeDeadLetter(deliveryLetter())) as Record<string, unknown>
  test.for<readonly [string, string, string]>([
    ['no JSON', '{"id":', 'its body is not JSON'],
    ['a list', '[]', 'not as expected'],
    ['null', 'null', 'the body not as expected'],
    ['an unknown type', JSON.stringify({ ...valid, type: 'bill' }), 'type not as expected'],
    ['an unknown code', JSON.stringify({ ...valid, code: 'OTHER' }), 'code not as expected'],
    ['no version', JSON.stringify({ ...valid, version: 'newest' }), 'version not as expected'],
    ['no time', JSON.stringify({ ...valid, failedAt: 'yesterday' }), 'failedAt not as expected'],
    ['no key', JSON.stringify({ ...valid, key: '' }), 'key not as expected'],
    ['no target', JSON.stringify({ ...valid, target: '' }), 'target not as expected'],
    ['no record', JSON.stringify({ ...valid, record: undefined }), 'record not as expected'],
    ['an id with spaces', JSON.stringify({ ...valid, id: 'a b' }), 'id not as expected'],
    ['half an attempt', JSON.stringify({ ...valid, attempts: 0.5 }), 'attempts not as expected'],
    ['a list as keys', JSON.stringify({ ...valid, record: { dynamodb: { Keys: [] } } }), 'record.dynamodb.Keys not as'],
  ])('%s', ([, text, message]) => {
    let thrown: unknown
    try {
      decodeDeadLetter(text)
    } catch (error) {
      thrown = error
    }
    expect(isSyncError(thrown, 'RECORD_UNDECODABLE')).toBe(true)
    expect(thrown).toHaveProperty('message', expect.stringContaining(message))
  })
})
