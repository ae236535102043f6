import { merge } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { isConflict } from '../../../src/core/merge.ts'
import { removal, upsert } from '../../support/change-arbitraries.ts'

describe('of two states of an item', () => {
  test('the newest stands, a removal too', () => {
    const [old, gone] = [upsert('A1', 'v1'), removal('A1', 'v2')]
    expect(merge(old, gone)).toBe(gone)
    expect(merge(gone, old)).toBe(gone)
    const back = upsert('A1', 'v3')
    expect(merge(gone, back)).toBe(back)
  })

  test('a removal stands before an upsert of the same version, and the tie is a conflict', () => {
    const [held, gone] = [upsert('A1', 'v1'), removal('A1', 'v1')]
    expect(merge(held, gone)).toBe(gone)
    expect(merge(gone, held)).toBe(gone)
    expect(isConflict(held, gone)).toBe(true)
  })

  test('one of different contents with one version stands, from either side the same', () => {
    const [a, b] = [upsert('A1', 'v1', { quantity: 1 }), upsert('A1', 'v1', { quantity: 2 })]
    expect([merge(a, b), merge(b, a)]).toEqual([b, b]) // the greater content
    expect(isConflict(a, b)).toBe(true)
  })

  test('equal content is no conflict, whatever the order of its properties', () => {
    const a = upsert('A1', 'v1', { quantity: 1, site: 'east' })
    const b = upsert('A1', 'v1', { site: 'east', quantity: 1 })
    expect(isConflict(a, b)).toBe(false)
  })

  test('different items or versions are no conflict', () => {
    expect(isConflict(upsert('A1', 'v1', { quantity: 1 }), upsert('B2', 'v1', { quantity: 2 }))).toBe(false)
    expect(isConflict(upsert('A1', 'v1', { quantity: 1 }), upsert('A1', 'v2', { quantity: 2 }))).toBe(false)
  })
})
