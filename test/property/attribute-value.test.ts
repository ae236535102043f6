import fc from 'fast-check'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { isSyncError } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { decodeAttribute, decodeImage } from '../../src/core/attribute-value.ts'
import { marshalImage } from '../../src/core/marshal.ts'
import { attributes, doubles, largeIntegers } from '../support/attribute-arbitraries.ts'

/** Numbers that util-dynamodb reads exactly and as we do: safe doubles, and integers beyond them. */
const plain = doubles.filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value))
const items = fc.dictionary(
  fc.string({ unit: 'binary', minLength: 1 }).filter((name) => name !== '__proto__'),
  attributes(fc.oneof(plain, largeIntegers), plain),
  { maxKeys: 6, noNullPrototype: true },
)

function withBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(withBase64)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBase64(member)]))
}

describe('decoding an image', () => {
  test('gives what unmarshall gives, with bytes and with base64 alike', () => {
    fc.assert(
      fc.property(items, (item) => {
        const image = marshalImage(item)
        const reference = unmarshall(image as never) // the SDK's union of attribute types, which ours is read as
        expect(decodeImage(image)).toEqual(reference)
        expect(decodeImage(JSON.parse(JSON.stringify(withBase64(image))) as object)).toEqual(reference)
      }),
    )
  })

  test('of anything throws nothing but a DecodeError', () => {
    const type = fc.constantFrom(
      'S',
      'N',
      'BOOL',
      'NULL',
      'M',
      'L',
      'SS',
      'NS',
      'B',
      'BS',
      'X',
      '__proto__',
      'toString',
    )
    const { hostile } = fc.letrec((tie) => ({
      hostile: fc.oneof(
        { maxDepth: 6 },
        fc.anything({ withBigInt: true, withDate: true, withSet: true, withMap: true, withTypedArray: true }),
        fc
          .tuple(type, fc.oneof(fc.anything(), fc.string(), tie('hostile')))
          .map(([name, value]) => ({ [name]: value })),
        fc.tuple(type, fc.array(tie('hostile'), { maxLength: 3 })).map(([name, value]) => ({ [name]: value })),
        fc.dictionary(fc.string(), tie('hostile'), { maxKeys: 3 }).map((value) => ({ M: value })),
      ),
    }))
    fc.assert(
      fc.property(hostile, (value) => {
        for (const read of [() => decodeAttribute(value), () => decodeImage({ a: value })]) {
          try {
            read()
          } catch (error) {
            expect(isSyncError(error, 'RECORD_UNDECODABLE')).toBe(true)
          }
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('of a good image with one spoilt character throws nothing but a DecodeError', () => {
    const spoiling = fc.tuple(items, fc.nat(), fc.constantFrom('"', '0', '{', '}', ',', 'N', '', '-', 'e', '='))
    fc.assert(
      fc.property(spoiling, ([item, place, character]) => {
        const json = JSON.stringify(withBase64(marshalImage(item)))
        const at = place % json.length
        let image: unknown
        try {
          image = JSON.parse(`${json.slice(0, at)}${character}${json.slice(at + 1)}`)
        } catch {
          return // what is no JSON never reaches the decoder
        }
        if (typeof image !== 'object' || image === null) return
        try {
          decodeImage(image)
        } catch (error) {
          expect(isSyncError(error, 'RECORD_UNDECODABLE')).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('keeps an attribute called __proto__ as data', () => {
    const item = decodeImage(JSON.parse('{"__proto__":{"M":{"polluted":{"BOOL":true}}}}') as object)
    expect(Object.hasOwn(item, '__proto__')).toBe(true)
    expect(item['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype)
  })

  test('refuses what nests deeper than DynamoDB allows, however deep', () => {
    const nested = (depth: number): object => {
      let value: object = { S: 'bottom' }
      for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { L: [value] } : { M: { in: value } }
      return { a: value }
    }
    expect(() => decodeImage(nested(32))).not.toThrow()
    for (const depth of [33, 40, 100_000])
      expect(() => decodeImage(nested(depth))).toThrow(expect.objectContaining({ code: 'RECORD_UNDECODABLE' }))
  })
})
