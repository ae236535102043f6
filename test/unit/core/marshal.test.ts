import { NumberValueImpl } from '@aws-sdk/util-dynamodb'
import { describe, expect, test } from 'vitest'
import { decodeImage } from '../../../src/core/attribute-value.ts'
import { marshalAttribute, marshalImage } from '../../../src/core/marshal.ts'

const circular: Record<string, unknown> = {}
circular['self'] = circular

const of = (value: unknown) => marshalAttribute(value, 'at')

describe('writing an item as DynamoDB JSON', () => {
  test.for<readonly [value: unknown, attribute: object]>([
    ['', { S: '' }],
    [5, { N: '5' }],
    [-0, { N: '0' }],
    [1e21, { N: `1${'0'.repeat(21)}` }],
    [1e-7, { N: '0.0000001' }],
    [-1.5e-10, { N: '-0.00000000015' }],
    [123_456.789, { N: '123456.789' }],
    [2 ** 53, { N: '9007199254740992' }],
    [99999999999999999999999999999999999999n, { N: '9'.repeat(38) }],
    [10n ** 125n, { N: `1${'0'.repeat(125)}` }],
    [{ value: '0.12345678901234567890' }, { N: '0.1234567890123456789' }],
    [{ value: '1.2345678901234567890E+3' }, { N: '1234.567890123456789' }],
    [NumberValueImpl.from('12'), { N: '12' }],
    [true, { BOOL: true }],
    [null, { NULL: true }],
    [new Uint8Array([0, 255]), { B: new Uint8Array([0, 255]) }],
    [new Set(['b', 'a']), { SS: ['b', 'a'] }],
    [new Set([1, 2n, { value: '0.12345678901234567890' }]), { NS: ['1', '2', '0.1234567890123456789'] }],
    [new Set([new Uint8Array([1])]), { BS: [new Uint8Array([1])] }],
    [[1, [null]], { L: [{ N: '1' }, { L: [{ NULL: true }] }] }],
    [{ a: 1, gone: undefined }, { M: { a: { N: '1' } } }],
    [new Map([['a', 1]]), { M: { a: { N: '1' } } }],
    [Object.assign(Object.create(null) as object, { a: 1 }), { M: { a: { N: '1' } } }],
  ])('%o becomes %o', ([value, attribute]) => {
    expect(of(value)).toStrictEqual(attribute)
  })

  test.for(['12', 'abc', '9'.repeat(40)])('a map { value: %o } stays a map, as it would be read', (value) => {
    expect(of({ value })).toEqual({ M: { value: { S: value } } })
  })

  test('a map of more than the value stays a map', () => {
    expect(of({ value: '0.12345678901234567890', unit: 'kg' })).toHaveProperty('M.unit')
  })

  test.for<readonly [what: string, value: unknown, said: RegExp]>([
    ['NaN', NaN, /"at" is no finite number/],
    ['Infinity', -Infinity, /finite/],
    ['39 digits', 123456789012345678901234567890123456789n, /39 significant digits and DynamoDB holds 38/],
    ['a long fraction', { value: `0.${'1'.repeat(39)}` }, /39 significant digits/],
    ['a number beyond the range', 1e126, /range/],
    ['a number below the range', 1e-131, /range/],
    ['a date', new Date(0), /Date.*toISOString/],
    ['an instance of a class', new URL('https://a.example'), /instance of a class/],
    [
      'an instance that holds a number',
      new (class {
        value = 5
      })(),
      /instance of a class/,
    ],
    ['another typed array', new Uint16Array(1), /Uint8Array/],
    ['an empty set', new Set(), /empty set/],
    ['a mixed set', new Set(['a', 1]), /mixed/],
    ['a set of bytes and text', new Set([new Uint8Array([1]), 'a']), /mixed/],
    ['a set with null', new Set([1, null]), /mixed or other/],
    ['a set of maps', new Set([{ a: 1 }]), /mixed or other/],
    ['a set with one number twice', new Set([1, 1n]), /twice/],
    ['a set with equal bytes twice', new Set([new Uint8Array([1]), new Uint8Array([1])]), /twice/],
    ['undefined in a list', [undefined], /"at\[0\]" is undefined/],
    ['a hole in a list', Array(1), /"at\[0\]" is undefined/],
    ['a function', { call: () => 1 }, /"at\.call" is a function/],
    ['half a surrogate pair', { deep: ['\ud800'] }, /"at\.deep\[0\]" holds half a surrogate pair/],
    ['an empty name', { '': 1 }, /"at\." has an empty name/],
    ['half a surrogate pair in a name', { '\udc00': 1 }, /"at\.\\udc00" holds half a surrogate pair/],
    ['a Map with a number as key', new Map([[1, 1]]), /key that is no text/],
    ['an endless nesting', circular, /32 levels/],
  ])('%s is refused by name', ([, value, said]) => {
    expect(() => of(value)).toThrow(
      expect.objectContaining({ code: 'TARGET_REJECTED', message: expect.stringMatching(said) as string }),
    )
  })

  test('what is refused in an item is named by its path from there', () => {
    expect(() => marshalImage({ sizes: { height: undefined, width: [NaN] } })).toThrow('"sizes.width[0]" is no finite')
  })

  test('what is written may be changed and deleted like any other object', () => {
    expect(Object.getOwnPropertyDescriptor(marshalImage({ a: 'x' }), 'a')).toEqual({
      ...{ value: { S: 'x' }, enumerable: true, writable: true, configurable: true },
    })
  })

  test('no value is told in an error', () => {
    expect(() => of([['secret-\ud800']])).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') as string }),
    )
  })

  test('32 levels are written and read, as DynamoDB allows, and one more is refused', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'x' : [nested(levels - 1)])
    const item = { deep: nested(32) }
    expect(decodeImage(marshalImage(item))).toEqual(item)
    for (const more of [33, 34]) expect(() => marshalImage({ deep: nested(more) })).toThrow(/32 levels/)
    expect(() => marshalImage({ deep: [nested(33)] })).toThrow(/32 levels/)
  })

  test('an attribute called __proto__ is data at every depth', () => {
    const item = JSON.parse('{ "__proto__": 1, "map": { "__proto__": { "quantity": 9 } } }') as object
    const written = marshalImage(item)
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype)
    expect(JSON.parse(JSON.stringify(written))).toEqual(
      JSON.parse(
        '{ "__proto__": { "N": "1" }, "map": { "M": { "__proto__": { "M": { "quantity": { "N": "9" } } } } } }',
      ),
    )
    expect(Object.entries(decodeImage(written))).toEqual(Object.entries(item))
  })

  test('an item must be a plain object', () => {
    for (const item of [[], new Map(), new Date(0), new Set()])
      expect(() => marshalImage(item)).toThrow(/no plain object/)
  })
})
