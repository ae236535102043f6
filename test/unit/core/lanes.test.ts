import { describe, expect, test } from 'vitest'
import { foldLanes, type LaneEntry, type Touches } from '../../../src/core/lanes.ts'
import { removal, upsert, type Stock } from '../../support/change-arbitraries.ts'

const of = (...changes: readonly LaneEntry<Stock>['change'][]): readonly LaneEntry<Stock>[] =>
  changes.map((change, position) => ({ position, change, touches: 'all' }))

describe('a lane', () => {
  test('is folded to the newest state, a removal too, and counts what it folded', () => {
    const [lane] = foldLanes(of(upsert('A1', 'v1'), upsert('A1', 'v2'), removal('A1', 'v3')), true)
    expect(lane).toMatchObject({ key: 'A1', first: 0, coalesced: 2, conflicts: 0 })
    expect(lane?.changes.map(({ type, version }) => [type, version])).toEqual([['removal', 'v3']])
  })

  test('keeps each change, oldest first, without coalescing', () => {
    const [lane] = foldLanes(of(upsert('A1', 'v2'), upsert('A1', 'v1'), upsert('A1', 'v3')), false)
    expect(lane?.changes.map(({ version }) => version)).toEqual(['v1', 'v2', 'v3'])
    expect(lane).toMatchObject({ coalesced: 0, conflicts: 1 })
  })

  test('out of version order, or of a tie with different content, is a conflict; a duplicate is none', () => {
    const conflicts = (...changes: readonly LaneEntry<Stock>['change'][]) =>
      foldLanes(of(...changes), true)[0]?.conflicts
    expect(conflicts(upsert('A1', 'v2'), upsert('A1', 'v1'))).toBe(1)
    expect(conflicts(upsert('A1', 'v1', { quantity: 1 }), upsert('A1', 'v1', { quantity: 2 }))).toBe(1)
    expect(conflicts(upsert('A1', 'v1'), upsert('A1', 'v1'))).toBe(0)
  })

  test('touches what any of its records touches (histories 5 and 6)', () => {
    const touched = (...touches: readonly Touches[]) =>
      foldLanes(
        touches.map((each, position) => ({ position, change: upsert('A1', `v${position}`), touches: each })),
        true,
      )[0]?.touches
    expect(touched([true, false, false], [false, true, false])).toEqual([true, true, false])
    expect(touched([true, false, false], 'all', [false, false, false])).toBe('all')
  })

  test('is known by its first record, among others in the order of their first records', () => {
    const lanes = foldLanes(of(upsert('B2', 'v1'), upsert('A1', 'v2'), upsert('B2', 'v3')), true)
    expect(lanes.map(({ key, first }) => [key, first])).toEqual([
      ['B2', 0],
      ['A1', 1],
    ])
  })
})
