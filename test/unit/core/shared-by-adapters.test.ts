import { describe, expect, test } from 'vitest'
import { changedKeyAttribute } from '../../../src/core/changed-key.ts'
import { checkClock, givenOptions, shown } from '../../../src/core/given-options.ts'
import { compareKeys } from '../../../src/core/key-order.ts'
import { firstKeyText, keyText } from '../../../src/core/key.ts'
import { isNumberValue, isNumeric, isPlain } from '../../../src/core/number-value.ts'
import { checkedTombstoneDays } from '../../../src/core/tombstone-days.ts'

describe('the first attribute of a key text of two', () => {
  test.for(['A', 'a b', '!', '!a', ' ', '\u0001\t', '\u{1f600}é', 'a!'])('%o comes back', (sku) => {
    expect(firstKeyText(keyText(['sku', 'location'], { sku, location: 'B C' }))).toBe(sku)
  })

  test.for(['a\u0001 b', 'a!', '!z b'])('%o is the text of no key', (text) => {
    expect(firstKeyText(text)).toBeUndefined()
  })

  test('bounds every key that a text bounds', () => {
    const keys = ['A', 'A!', 'A ', 'AB', 'B'].map((sku) => keyText(['sku', 'bin'], { sku, bin: 'x' }))
    for (const after of keys)
      for (const key of keys)
        if (compareKeys(key, after) > 0)
          expect(compareKeys(firstKeyText(key)!, firstKeyText(after)!)).toBeGreaterThanOrEqual(0)
  })
})

describe('a key attribute that the item changes', () => {
  const of = (item: object) => changedKeyAttribute(item, { keyAttributes: { sku: 'A', n: 5 } })

  test('is named', () => {
    expect(of({ sku: 'B' })).toBe('sku')
    expect(of({ sku: 'A', n: '5' })).toBe('n')
    expect(of({ sku: null })).toBe('sku')
  })

  test('is none where the item has the same, or none', () => {
    expect(of({ sku: 'A', n: 5n })).toBeUndefined()
    expect(of({ quantity: 1 })).toBeUndefined()
  })
})

describe('numbers in their forms', () => {
  test('are a number, a bigint, or what neither holds', () => {
    for (const value of [1, 1n, NaN, { value: '0.12345678901234567890123' }]) expect(isNumeric(value)).toBe(true)
    for (const value of [
      '1',
      null,
      undefined,
      { value: '12' },
      { value: 'x' },
      { value: '0.12345678901234567890123', b: 1 },
    ])
      expect(isNumeric(value)).toBe(false)
  })

  test('are also the SDK’s own instances, whatever they hold, but no Map', () => {
    const instance = new (class {
      value = '12'
    })()
    expect(isNumberValue(instance)).toBe(true)
    expect(isNumberValue(Object.assign(new Map(), { value: '12' }))).toBe(false)
    expect([isPlain({}), isPlain(Object.create(null) as object), isPlain(instance), isPlain(new Map())]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

describe('options', () => {
  test('of known names are handed on, all else is refused by name', () => {
    expect(givenOptions('factory', { a: 1 }, ['a', 'b'])).toEqual({ a: 1 })
    expect(() => givenOptions('factory', { c: 1 }, ['a', 'b'])).toThrow('c: is no option of factory. Known are a, b.')
    expect(() => givenOptions('factory', null, [], '{ pool }')).toThrow(
      'factory: null cannot be used as options. Give at least { pool }.',
    )
    for (const value of [undefined, 5, []]) expect(() => givenOptions('factory', value, [])).toThrow('{ tableName }')
  })

  test('show their values shortly, and never an object’s content', () => {
    expect(['a"b', 5, null, [1], { secret: 1 }, () => 1, undefined].map(shown)).toEqual([
      '"a\\"b"',
      '5',
      'null',
      'a list',
      'this object',
      'a function',
      'undefined',
    ])
    expect(shown('x'.repeat(201))).toBe(`"${'x'.repeat(200)}…"`)
    expect(shown('x'.repeat(200))).toBe(`"${'x'.repeat(200)}"`)
  })

  test('may hold a clock that has all its members', () => {
    const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined }
    expect(() => checkClock(clock)).not.toThrow()
    expect(() => checkClock(undefined)).not.toThrow()
    for (const name of Object.keys(clock))
      expect(() => checkClock({ ...clock, [name]: undefined })).toThrow(expect.objectContaining({ field: 'clock' }))
    expect(() => checkClock(5)).toThrow('5 lacks one of now, monotonic and sleep')
  })

  test('keep tombstones for 30 days, or as long as told, never shorter than dead letters live', () => {
    expect([undefined, 2, 36_500].map(checkedTombstoneDays)).toEqual([30, 2, 36_500])
    for (const days of [1, 36_501, 2.5, '30', NaN, null])
      expect(() => checkedTombstoneDays(days)).toThrow(expect.objectContaining({ field: 'tombstoneDays' }))
  })
})
