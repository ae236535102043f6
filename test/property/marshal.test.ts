import assert from 'node:assert/strict'
import { marshall } from '@aws-sdk/util-dynamodb'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAttribute, decodeImage } from '../../src/core/attribute-value.ts'
import { marshalAttribute, marshalImage } from '../../src/core/marshal.ts'
import { isSyncError } from '../../src/errors.ts'
import { attributes, doubles, largeIntegers, rows } from '../support/attribute-arbitraries.ts'

const plainNumbers = doubles.filter((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER && !/e/.test(String(value)))

describe('P8 an item written as DynamoDB JSON', () => {
  test('reads back as the same item', () => {
    fc.assert(
      fc.property(rows, (row) => {
        // not toStrictEqual, which takes an attribute called `constructor` for the class of its item
        assert.deepStrictEqual(decodeImage(marshalImage(row)), row)
      }),
    )
  })

  test('is what util-dynamodb writes, where that is exact', () => {
    const plainRows = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      attributes(fc.oneof(plainNumbers, largeIntegers), plainNumbers).filter((value) => !mentionsProto(value)),
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(plainRows, (row) => {
        // an attribute called `constructor` makes the reference take a plain object for a class instance
        expect(marshalImage(row)).toEqual(marshall(row, { convertClassInstanceToMap: true }))
      }),
    )
  })

  test('has numbers in plain decimal digits, equal to the number', () => {
    fc.assert(
      fc.property(fc.oneof(doubles, largeIntegers), (value) => {
        const { N: text } = marshalAttribute(value, 'n')
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
        expect(typeof value === 'number' ? Number(text) : BigInt(String(text))).toBe(value)
      }),
    )
  })

  test('is either exact or refused by a typed error, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
        try {
          decodeAttribute(marshalAttribute(value, 'x'))
        } catch (error) {
          expect(isSyncError(error, 'TARGET_REJECTED'), String(error)).toBe(true)
        }
      }),
    )
  })
})

function mentionsProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(mentionsProto)
}
