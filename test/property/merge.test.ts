import fc from 'fast-check'
import { merge } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { isConflict } from '../../src/core/merge.ts'
import { changesOf, stateOf } from '../support/change-arbitraries.ts'

const change = changesOf(fc.constant('A1'))

describe('merge', () => {
  test('is commutative', () => {
    fc.assert(
      fc.property(change, change, (a, b) => {
        expect(stateOf(merge(a, b))).toEqual(stateOf(merge(b, a)))
      }),
    )
  })

  test('is associative', () => {
    fc.assert(
      fc.property(change, change, change, (a, b, c) => {
        expect(stateOf(merge(merge(a, b), c))).toEqual(stateOf(merge(a, merge(b, c))))
      }),
    )
  })

  test('is idempotent', () => {
    fc.assert(
      fc.property(change, change, (a, b) => {
        expect(merge(a, a)).toBe(a)
        const once = merge(a, b)
        expect(stateOf(merge(once, a))).toEqual(stateOf(once))
        expect(stateOf(merge(once, b))).toEqual(stateOf(once))
      }),
    )
  })

  test('answers one of the two, never an older one', () => {
    fc.assert(
      fc.property(change, change, (a, b) => {
        const stands = merge(a, b)
        expect([a, b]).toContain(stands)
        expect(stands.version).toBe(a.version > b.version ? a.version : b.version)
      }),
    )
  })
})

test('a conflict is a tie with different content, seen from both sides alike', () => {
  fc.assert(
    fc.property(change, change, (a, b) => {
      expect(isConflict(a, b)).toBe(isConflict(b, a))
      expect(isConflict(a, a)).toBe(false)
      if (isConflict(a, b)) expect(a.version).toBe(b.version)
      else if (a.version === b.version) expect(stateOf(a)).toEqual(stateOf(b))
    }),
  )
})
