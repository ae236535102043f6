import { expect, test } from 'vitest'
import { sameAttribute } from '../../../src/core/same-attribute.ts'

test.for<readonly [unknown, unknown]>([
  [{ S: 'a' }, { S: 'a' }],
  [{ M: { a: { N: '1' }, b: { L: [{ NULL: true }] } } }, { M: { b: { L: [{ NULL: true }] }, a: { N: '1' } } }],
  [undefined, undefined],
  [null, null],
])('%o and %o are the same attribute', ([a, b]) => {
  expect([sameAttribute(a, b), sameAttribute(b, a)]).toEqual([true, true])
})

test.for<readonly [unknown, unknown]>([
  [{ S: 'a' }, { S: 'b' }],
  [{ S: '1' }, { N: '1' }],
  [{ N: '1' }, { N: '1', S: undefined }],
  [{ a: undefined }, { b: { S: 'x' } }],
  [{ L: [] }, { L: {} }],
  [{ L: ['a'] }, { L: { 0: 'a' } }],
  [{ SS: ['a', 'b'] }, { SS: ['b', 'a'] }],
  [{ SS: ['a'] }, { SS: ['a', 'b'] }],
  [{}, null],
  [{}, undefined],
  [{}, 5],
  [5, '5'],
])('%o and %o are not the same attribute', ([a, b]) => {
  expect([sameAttribute(a, b), sameAttribute(b, a)]).toEqual([false, false])
})
