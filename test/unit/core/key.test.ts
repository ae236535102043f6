import { defineItem, inventoryItem, keyOf } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { itemKey, keyText } from '../../../src/core/key.ts'

const stock = defineItem({
  schema: z.object({ sku: z.string(), site: z.string(), quantity: z.number() }),
  key: ['sku', 'site'],
})

describe('the key text', () => {
  test('of one text attribute is that text', () => {
    expect(keyOf(inventoryItem, { sku: 'A 1/é#' })).toBe('A 1/é#')
  })

  test('of two attributes tells where the first one ends (history 22)', () => {
    expect(keyOf(stock, { sku: 'a', site: 'z' })).toBe('a z')
    expect(keyOf(stock, { sku: 'a b', site: '!\n' })).toBe('a!`b !a!J')
    expect(keyOf(stock, { sku: 'a b', site: 'c' })).not.toBe(keyOf(stock, { sku: 'a', site: 'b c' }))
    expect(keyOf(stock, { sku: 'a', site: 'z' }) < keyOf(stock, { sku: 'a!', site: 'a' })).toBe(true)
  })

  test('of numbers is the same for a number and the bigint of the same value', () => {
    expect(keyText(['n'], { n: 1000 })).toBe(keyText(['n'], { n: 1000n }))
    expect(keyText(['n'], { n: -0 })).toBe(keyText(['n'], { n: 0n }))
  })

  test('of numbers is ordered by value', () => {
    const numbers = [-1e21, -123, -12, -1.5, -1, -1e-7, 0, 1e-7, 1, 1.5, 12, 123, 1e21]
    const texts = numbers.map((n) => keyText(['n'], { n }))
    expect([...texts].sort()).toEqual(texts)
  })

  test('of bytes is their hex', () => {
    expect(keyText(['b'], { b: new Uint8Array([0, 255]) })).toBe('00ff')
  })

  test.for<readonly [string, unknown]>([
    ['is missing', undefined],
    ['is empty', ''],
    ['neither text, number nor binary', true],
    ['neither text, number nor binary', null],
    ['neither text, number nor binary', ['a']],
    ['half a surrogate pair', 'a\ud800'],
    ['half a surrogate pair', '\udc00'],
    ['not a finite number', NaN],
    ['not a finite number', Infinity],
    ['neither text, number nor binary', { value: 5 }],
    ['a number that JavaScript cannot hold exactly', { value: '0.12345678901234567890' }],
  ])('says that an attribute %s', ([problem, sku]) => {
    for (const names of [['sku'], ['sku', 'site'], ['site', 'sku']]) {
      const read = () => keyText(names, { sku, site: 'x' })
      expect(read).toThrow(expect.objectContaining({ code: 'RECORD_UNDECODABLE' }))
      expect(read).toThrow(`"sku"`)
      expect(read).toThrow(problem)
    }
  })
})

test('an item key carries the key attributes and nothing else of the row', () => {
  const row = { sku: 'A1', site: 'east', quantity: 4 }
  expect(itemKey(['sku', 'site'], row)).toEqual({ key: 'A1 east', keyAttributes: { sku: 'A1', site: 'east' } })
})
