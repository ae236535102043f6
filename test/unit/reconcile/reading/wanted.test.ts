import { describe, expect, test } from 'vitest'
import { wantedKeys, type Wanted } from '../../../../src/reconcile/reading/wanted.ts'

test.each<[string, Wanted]>([
  ['nothing is said', {}],
  ['there is one share', { index: 0, count: 1 }],
])('every key is wanted, without a test of each, where %s', (_, given) => {
  expect(wantedKeys(given)).toBeUndefined()
})

describe('a key is wanted', () => {
  const keys = ['A', 'B', 'C', 'D']

  test.each<[string, Wanted, string]>([
    ['above the first limit', { after: 'B' }, 'CD'],
    ['up to the last one, itself included', { until: 'B' }, 'AB'],
    ['between both', { after: 'A', until: 'C' }, 'BC'],
    ['between both of the one share', { after: 'A', until: 'C', index: 0, count: 1 }, 'BC'],
    ['in its share alone', { index: 1, count: 2 }, 'BD'],
    ['in its share of what is between both', { after: 'A', until: 'C', index: 1, count: 2 }, 'B'],
  ])('%s', (_, given, expected) => {
    expect(keys.filter((key) => wantedKeys(given)?.(key)).join('')).toBe(expected)
  })

  // Shares of a run that was begun by an earlier release must be the same: http://www.isthe.com/chongo/src/fnv/test_fnv.c
  test.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('in the share that FNV-1a tells for %j', (key, index) => {
    const count = 2 ** 32
    expect(wantedKeys({ index, count })?.(key)).toBe(true)
    expect(wantedKeys({ index: index + 1, count })?.(key)).toBe(false)
  })
})
