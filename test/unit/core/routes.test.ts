import { describe, expect, test } from 'vitest'
import { foldLanes } from '../../../src/core/lanes.ts'
import { routeLanes, touchesOf, type Accepts } from '../../../src/core/routes.ts'
import { removal, upsert, type Stock } from '../../support/change-arbitraries.ts'

const filters: readonly Accepts<Stock>[] = [({ site }) => site === 'east', ({ site }) => site === 'west', undefined]
const at = (site: string | undefined, quantity = 1): Stock => ({ quantity, site })

describe('an image', () => {
  test('touches the targets that accept it, and those without a filter', () => {
    expect(touchesOf(at('east'), filters)).toEqual([true, false, true])
    expect(touchesOf(at('north'), filters)).toEqual([false, false, true])
  })

  test('that is missing touches all', () => {
    expect(touchesOf(undefined, filters)).toBe('all')
    expect(touchesOf(at('east'), [undefined, undefined])).toBe('all')
  })
})

describe('a target', () => {
  const moved = [
    { position: 0, change: upsert('A1', 'v1', at('east')), touches: touchesOf(at('east'), filters) },
    { position: 1, change: upsert('A1', 'v2', at('west')), touches: touchesOf(at('west'), filters) },
  ]
  const partOf = (target: number, entries = moved, coalesce = true) =>
    routeLanes(foldLanes(entries, coalesce), target, filters[target]).map(({ changes }) =>
      changes.map(({ type, version }) => [type, version]),
    )

  test('that an item left gets its removal with the newest version, the one it came to the item', () => {
    expect(partOf(0)).toEqual([[['removal', 'v2']]])
    expect(partOf(1)).toEqual([[['upsert', 'v2']]])
    expect(partOf(2)).toEqual([[['upsert', 'v2']]])
  })

  test('gets each step without coalescing', () => {
    expect(partOf(0, moved, false)).toEqual([
      [
        ['upsert', 'v1'],
        ['removal', 'v2'],
      ],
    ])
  })

  test('that held the item between gets the removal too (history 5)', () => {
    const gone = { position: 2, change: removal('A1', 'v3'), touches: touchesOf(at('west'), filters) }
    expect(partOf(0, [...moved, gone])).toEqual([[['removal', 'v3']]])
  })

  test('that no record of a lane touches gets nothing of it', () => {
    const north = [{ position: 0, change: upsert('B2', 'v1', at('north')), touches: touchesOf(at('north'), filters) }]
    expect(partOf(0, north)).toEqual([])
    expect(partOf(2, north)).toEqual([[['upsert', 'v1']]])
  })

  test('is told the removal without the item', () => {
    const [lane] = routeLanes(foldLanes(moved, true), 0, filters[0])
    expect(lane?.changes[0]).not.toHaveProperty('item')
  })
})
