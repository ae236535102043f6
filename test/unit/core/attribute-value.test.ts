import { expect, test } from 'vitest'
import { decodeAttribute, decodeImage } from '../../../src/core/attribute-value.ts'

test.for<unknown>([
  { BOOL: 'true' },
  { BOOL: null },
  { M: null },
  { M: 'text' },
  { M: 5 },
  { M: [] },
  { S: 5 },
  { S: 5, N: '5' },
  { Q: 'x', N: '5' },
  { L: {} },
  { N: 5 },
])('%o is no attribute', (attribute) => {
  expect(() => decodeAttribute(attribute)).toThrow(expect.objectContaining({ code: 'RECORD_UNDECODABLE' }))
})

test('an attribute called __proto__ may be changed and deleted like any other', () => {
  const item = decodeImage(JSON.parse('{"__proto__":{"S":"a"}}') as object)
  expect(Object.getOwnPropertyDescriptor(item, '__proto__')).toEqual({
    ...{ value: 'a', enumerable: true, writable: true, configurable: true },
  })
})

test('a member that is undefined tells nothing of the type', () => {
  expect(decodeAttribute({ S: undefined, N: '5' })).toBe(5)
})
