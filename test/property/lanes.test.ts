import fc from 'fast-check'
import type { Change } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { foldLanes, type LaneEntry, type Touches } from '../../src/core/lanes.ts'
import { merge } from '../../src/core/merge.ts'
import { routeLanes, touchesOf, type Accepts } from '../../src/core/routes.ts'
import { changesOf, stateOf, type Stock } from '../support/change-arbitraries.ts'

const version = fc.integer({ min: 1, max: 9 }).map((n) => `000000/L/${n}`)
const touches: fc.Arbitrary<Touches> = fc.oneof(
  fc.constant<Touches>('all'),
  fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
)
const entries = fc
  .array(fc.tuple(changesOf(fc.constantFrom('A1', 'B2', 'C3'), version), touches), { maxLength: 20 })
  .map((list) => list.map(([change, touched], position): LaneEntry<Stock> => ({ position, change, touches: touched })))

type Held = ReadonlyMap<string, ReturnType<typeof stateOf>>

/** What a guarded warehouse holds after these changes. */
function applied(changes: Iterable<Change<Stock>>): Held {
  const held = new Map<string, Change<Stock>>()
  for (const change of changes) {
    const before = held.get(change.key)
    held.set(change.key, before ? merge(before, change) : change)
  }
  return new Map([...held].map(([key, change]) => [key, stateOf(change)]))
}

describe('P5 lanes', () => {
  test('folded give the state that the changes give one by one', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const lanes = foldLanes(list, true)
        expect(lanes.every(({ changes }) => changes.length === 1)).toBe(true)
        expect(applied(lanes.flatMap(({ changes }) => changes))).toEqual(applied(list.map(({ change }) => change)))
      }),
    )
  })

  test('end in the same state with coalescing and without', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const [folded, whole] = [foldLanes(list, true), foldLanes(list, false)]
        expect(applied(folded.flatMap(({ changes }) => changes))).toEqual(
          applied(whole.flatMap(({ changes }) => changes)),
        )
        const without = (lanes: typeof folded) =>
          lanes.map(({ key, first, touches, conflicts }) => ({ key, first, touches, conflicts }))
        if (whole.every(({ conflicts }) => conflicts === 0)) expect(without(folded)).toEqual(without(whole))
      }),
    )
  })

  test('hold every change once, oldest first, and know their first record', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const lanes = foldLanes(list, false)
        const held = lanes.flatMap(({ changes }) => changes)
        expect(new Set(held)).toEqual(new Set(list.map(({ change }) => change)))
        expect(held).toHaveLength(list.length)
        for (const { key, first, changes } of lanes) {
          const own = list.filter(({ change }) => change.key === key)
          expect(first).toBe(own[0]?.position)
          expect(changes.map(({ version }) => version)).toEqual(own.map(({ change }) => change.version).sort())
        }
        for (const { key, changes, coalesced } of foldLanes(list, true))
          expect(changes.length + coalesced).toBe(list.filter(({ change }) => change.key === key).length)
      }),
    )
  })

  test('touch every target that any of their records touches, and no other', () => {
    fc.assert(
      fc.property(entries, fc.boolean(), (list, coalesce) => {
        for (const lane of foldLanes(list, coalesce)) {
          const own = list.filter(({ change }) => change.key === lane.key).map((entry) => entry.touches)
          for (const target of [0, 1])
            expect(lane.touches === 'all' || lane.touches[target]).toBe(
              own.some((touched) => touched === 'all' || touched[target]),
            )
        }
      }),
    )
  })
})

test('P3 routes give each target exactly the newest state where it accepts it, else a removal of the same version', () => {
  const filters: readonly Accepts<Stock>[] = [({ site }) => site === 'east', ({ site }) => site === 'west']
  const moves = fc
    .array(changesOf(fc.constantFrom('A1', 'B2'), fc.constant('')), { minLength: 1, maxLength: 12 })
    .map((list) =>
      list.map((change, index) => ({ ...change, version: `000000/L/${String(index + 1).padStart(4, '0')}` })),
    )
  fc.assert(
    fc.property(moves, fc.boolean(), (changes, coalesce) => {
      const list = changes.map((change, position) => ({ position, change, touches: touchesOf(change.item, filters) }))
      const lanes = foldLanes(list, coalesce)
      filters.forEach((accepts, target) => {
        for (const { key, changes: own } of routeLanes(
          lanes,
          target,
          ({ item }) => item !== undefined && accepts?.(item) === true,
        )) {
          const newest = changes.filter((change) => change.key === key).at(-1)
          const last = own.at(-1)
          expect(last?.version).toBe(newest?.version)
          const held = newest?.item !== undefined && accepts?.(newest.item) === true
          expect(last?.type).toBe(held ? 'upsert' : 'removal')
          expect(last?.item).toEqual(held ? newest.item : undefined)
        }
      })
    }),
  )
})
