import { describe, expect, test } from 'vitest'
import { numberOf, quantityOf, sameAmounts } from '../../../src/cli/same-amount.ts'

describe('a text that is a number is that number', () => {
  test.each([
    [5, '5', true],
    [5, ' 5.00 ', true],
    ['12.5', 12.5, true],
    [12345678901234567890n, '12345678901234567890', true],
    [{ value: '0.12345678901234567890123' }, '0.12345678901234567890123', true],
    [5, '6', false],
    [5, 'five', false],
    [0, '', false],
    [0, undefined, false],
    ['007', '7', false],
    ['a', 'a', true],
    [null, 'null', false],
  ])('%o and %o: %s', (a, b, same) => {
    expect(sameAmounts(['x'])({ x: a }, { x: b })).toBe(same)
    expect(sameAmounts(['x'])({ x: b }, { x: a })).toBe(same)
  })

  test('every field must agree', () => {
    expect(sameAmounts(['a', 'b'])({ a: 1, b: 2 }, { a: '1', b: '3' })).toBe(false)
  })

  test('any other text stays a text', () => {
    expect([numberOf('1e3'), numberOf('x'), numberOf(7), numberOf('')]).toEqual([1_000, 'x', 7, ''])
  })
})

test.each([
  [{ quantity: 5 }, 5],
  [{ quantity: '5' }, 5],
  [{ quantity: '12345678901234567890' }, 12345678901234567890n],
  [{ quantity: 'many' }, NaN],
  [{}, NaN],
])('%o counts for %d', (row, quantity) => {
  expect(quantityOf(row)).toEqual(quantity)
})
