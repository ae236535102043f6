import { describe, expect, test } from 'vitest'
import type { Drift } from 'dynamodb-stream-sync'
import { differing } from '../../../src/reconcile/report/differing.ts'

type Kind = Drift<unknown>['kind']

/** What is said of a difference whose sides are these. */
function said(kind: Kind, expected: unknown, held: unknown): string {
  return differing({ kind, key: 'A1', warehouse: 'east', units: 0, expected, held: held as never })
}

describe('of a mismatch, what differs', () => {
  test.each([
    [
      'the quantity first',
      { label: 'a', quantity: 40 },
      { label: 'b', quantity: 3 },
      'quantity 40 → 3, label "a" → "b"',
    ],
    ['no quantity that is equal', { label: 'a', quantity: 4 }, { label: 'b', quantity: 4n }, 'label "a" → "b"'],
    ['three attributes', { a: 1, b: 2, c: 3 }, {}, 'a 1 → none, b 2 → none, c 3 → none'],
    ['of more, three', { a: 1, b: 2, c: 3, d: 4 }, {}, 'a 1 → none, b 2 → none, c 3 → none, …'],
    ['names cut at 24 columns', { ['n'.repeat(25)]: 1 }, {}, `${'n'.repeat(23)}… 1 → none`],
    ['nothing where a side is no item', { a: 1 }, undefined, ''],
    ['nothing where the other is none', undefined, { a: 1 }, ''],
    ['nothing of a text that is no item', { length: 2 }, 'a', ''],
    ['nothing of null', null, { a: 1 }, ''],
    ['nothing where all is equal', { a: 1 }, { a: 1 }, ''],
  ])('%s', (_, expected, held, text) => {
    expect(said('mismatch', expected, held)).toBe(text)
  })

  test.each([
    [undefined, 'none'],
    [1_234.5, '1,234.5'],
    [12345678901234567890n, '12,345,678,901,234,567,890'],
    [{ value: '0.12345678901234567890123' }, '0.12345678901234567890123'],
    ['text', '"text"'],
    ['', '""'],
    ['a\nb', '"a\\nb"'],
    ['x'.repeat(24), `"${'x'.repeat(24)}"`],
    ['x'.repeat(25), `"${'x'.repeat(23)}…"`],
    [true, 'true'],
    [false, 'false'],
    [null, 'null'],
    [new Uint8Array(1), '1 byte'],
    [new Uint8Array(1_234), '1,234 bytes'],
    [new Set(['a', 'b']), 'a set of 2'],
    [['a', 'b', 'c'], 'a list of 3'],
    [{ length: 3 }, 'a map'],
    [new Map(), 'a map'],
    [Symbol('none'), 'a map'],
  ])('%o is shown as %s', (value, text) => {
    expect(said('mismatch', { attribute: value }, { attribute: 'held' })).toBe(`attribute ${text} → "held"`)
  })
})

describe('of other kinds', () => {
  test.each<readonly [Kind, unknown, unknown, string]>([
    ['missing', { quantity: 7 }, undefined, 'quantity 7'],
    ['missing', { quantity: undefined }, undefined, 'quantity none'],
    ['missing', { sku: 'A1' }, undefined, ''],
    ['missing', undefined, undefined, ''],
    ['orphan', undefined, { quantity: 1_200n }, 'quantity 1,200'],
    ['orphan', undefined, { sku: 'A1' }, ''],
    ['orphan', { quantity: 7 }, undefined, ''],
    ['orphan', undefined, null, ''],
    ['duplicate', { quantity: 7 }, { quantity: 8 }, 'held more than once'],
  ])('%s of %o and %o: "%s"', (kind, expected, held, text) => {
    expect(said(kind, expected, held)).toBe(text)
  })
})
