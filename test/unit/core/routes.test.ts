import { describe, expect, test } from 'vitest'
import type { Change } from '../../../src/core/change.ts'
import { foldLanes, type Touches } from '../../../src/core/lanes.ts'
import { bothAccept, routeLanes, touchesOf, type Accepts } from '../../../src/core/routes.ts'
import { removal, upsert, type Stock } from '../../support/change-arbitraries.ts'

const filters: readonly Accepts<Stock>[] = [({ site }) => site === 'east', ({ site }) => site === 'west', undefined]
const acceptsOf = (target: number) => {
  const accepts = filters[target]
  return accepts && (({ item }: Change<Stock>) => item !== undefined && accepts(item))
}
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
    routeLanes(foldLanes(entries, coalesce), target, acceptsOf(target)).map(({ changes }) =>
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

  test('without a filter gets the lanes that touch it, and no other', () => {
    const lane = (key: string, position: number, touches: Touches) => ({ position, change: upsert(key, 'v1'), touches })
    const keysOf = (...entries: Parameters<typeof foldLanes<Stock>>[0][]) =>
      entries.map((each) => routeLanes(foldLanes(each, true), 0, undefined).map(({ key }) => key))
    expect(
      keysOf([lane('A1', 0, 'all'), lane('B2', 1, [false, true]), lane('C3', 2, [true])], [lane('D4', 0, [false])]),
    ).toEqual([['A1', 'C3'], []])
  })

  test('is told a removal whatever its filter says of it', () => {
    const gone = [{ position: 0, change: removal('A1', 'v1'), touches: 'all' as const }]
    const refuse = (): boolean => {
      throw new Error('A removal has no item to judge.')
    }
    expect(routeLanes(foldLanes(gone, true), 0, refuse)[0]?.changes).toHaveLength(1)
  })

  test('is told the removal without the item', () => {
    const [lane] = routeLanes(foldLanes(moved, true), 0, acceptsOf(0))
    expect(lane?.changes[0]).not.toHaveProperty('item')
  })
})

describe('two filters as one', () => {
  const [east, big]: readonly Accepts<Stock>[] = [({ site }) => site === 'east', ({ quantity }) => quantity > 5]
  test('accept what both accept, and are none where neither is there', () => {
    expect(bothAccept(undefined, undefined)).toBeUndefined()
    expect([at('east', 9), at('east', 1), at('west', 9)].map((item) => bothAccept(east, big)?.(item))).toEqual([
      true,
      false,
      false,
    ])
    expect([bothAccept(east, undefined)?.(at('west')), bothAccept(undefined, east)?.(at('east'))]).toEqual([
      false,
      true,
    ])
  })

  test.for([undefined, 1, 'yes', Promise.resolve(true)])(
    'refuse the answer %o, which is neither true nor false',
    (answer) => {
      const odd = (() => answer) as unknown as Accepts<Stock>
      for (const both of [bothAccept(odd, east), bothAccept(east, odd)])
        expect(() => both?.(at('east'))).toThrow('`when` must answer true or false at once')
    },
  )
})
