import { describe, expect, test } from 'vitest'
import { canonicalText } from '../../../src/core/canonical.ts'

describe('values as text', () => {
  test('are different texts for different content', () => {
    const values = [
      ...['', 'a', '1', 'null', '{}', 1, 2, 1n, 2n, null, undefined, true, false, new Date(1), new Date(2)],
      ...[[], [1], [1, 2], [[1], 2], {}, { a: 1 }, { a: 2 }, { b: 1 }, { 0: 1, 1: 2 }],
      ...[Uint8Array.of(), Uint8Array.of(1, 2), Uint8Array.of(12)],
      ...[new Set(), new Set([null]), new Set([1]), new Set(['1']), new Set([1, 2])],
      ...[new Map(), new Map([['a', 1]]), new Map([['a', 2]]), new Map([['b', 1]])],
    ]
    const texts = new Map(values.map((value) => [canonicalText(value), value]))
    expect([...texts.values()]).toEqual(values)
  })

  test('are one text whatever the order of properties, of members of a set, and of entries of a map', () => {
    expect(canonicalText({ a: 1, b: [2] })).toBe(canonicalText({ b: [2], a: 1 }))
    expect(canonicalText(new Set(['b', 'a']))).toBe(canonicalText(new Set(['a', 'b'])))
    const entries = [
      ['a', 1],
      ['b', 2],
    ] as const
    expect(canonicalText(new Map(entries))).toBe(canonicalText(new Map(entries.toReversed())))
  })

  test('are one text with and without a property that is undefined, and for both zeros', () => {
    expect(canonicalText({ a: 1, b: undefined })).toBe(canonicalText({ a: 1 }))
    expect(canonicalText(-0)).toBe(canonicalText(0))
  })
})
