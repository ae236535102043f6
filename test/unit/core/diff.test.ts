import { describe, expect, test } from 'vitest'
import { diff, sameFields, sameValue } from '../../../src/core/diff.ts'

interface Row {
  readonly quantity: number
}
const same = (a: Row, b: Partial<Row>) => a.quantity === b.quantity

describe('two states of an item', () => {
  test.for<readonly [Row | undefined, Partial<Row> | undefined, string | undefined]>([
    [undefined, undefined, undefined],
    [{ quantity: 1 }, undefined, 'missing'],
    [undefined, { quantity: 1 }, 'orphan'],
    [{ quantity: 1 }, { quantity: 2 }, 'mismatch'],
    [{ quantity: 1 }, {}, 'mismatch'],
    [{ quantity: 1 }, { quantity: 1 }, undefined],
  ])('%o expected and %o held: %s', ([expected, held, difference]) => {
    expect(diff(expected, held, same)).toBe(difference)
  })
})

describe('two values', () => {
  const alike: readonly (readonly [unknown, unknown])[] = [
    [5, 5n],
    [NaN, NaN],
    [0, -0],
    [
      { a: 1, b: [2, null] },
      { b: [2, null], a: 1 },
    ],
    [{ a: 1 }, { a: 1, b: undefined }],
    [new Set(['a', 'b']), new Set(['b', 'a'])],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Map([['a', 1]]), new Map([['a', 1]])],
    [new Date(5), new Date(5)],
  ]
  const unlike: readonly (readonly [unknown, unknown])[] = [
    [5, '5'],
    [5, 6n],
    [null, undefined],
    [null, {}],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], { 0: 1 }],
    [new Set(['a']), ['a']],
    [new Uint8Array([1]), [1]],
    [{ a: '1' }, { a: 1 }],
    [new Date(5), new Date(6)],
    [{ a: 1 }, '{"a":1}'],
  ]
  test.for(alike)('%o and %o are the same', ([a, b]) => {
    expect([sameValue(a, b), sameValue(b, a)]).toEqual([true, true])
  })
  test.for(unlike)('%o and %o are not', ([a, b]) => {
    expect([sameValue(a, b), sameValue(b, a)]).toEqual([false, false])
  })
})

test('rows are compared in the named attributes only', () => {
  const [a, b] = [
    { quantity: 1, note: 'x' },
    { quantity: 1n, note: 'y' },
  ]
  expect(sameFields(a, b, ['quantity'])).toBe(true)
  expect(sameFields(a, b, ['quantity', 'note'])).toBe(false)
})

test('an attribute that is null is like one that is absent, and like nothing else', () => {
  const fields = ['note']
  expect(sameFields({ note: null }, {}, fields)).toBe(true)
  expect(sameFields({}, { note: null }, fields)).toBe(true)
  for (const other of ['', 0, 0n, false, 'null', [], {}]) {
    expect(sameFields({ note: null }, { note: other }, fields)).toBe(false)
    expect(sameFields({ note: other }, {}, fields)).toBe(false)
  }
})
