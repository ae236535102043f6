import { inventoryItem, type InventoryItem } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { placeReader, type PlaceReader } from '../../../src/reconcile/reading/place-reader.ts'
import { resolveSettings, type Settings } from '../../../src/reconcile/settings.ts'
import type { GivenOptions } from '../../../src/reconcile/options.ts'
import { emptyTally } from '../../../src/reconcile/tally.ts'
import { walkEqual } from '../../../src/reconcile/walk-equal.ts'
import { never } from '../../support/sync-kit.ts'

/** Rows as they are on a page, and as they never should be. */
type Rows = readonly unknown[]

const row = (key: string, quantity: number) => ({ key, item: { sku: key, quantity } })
const rows: Rows = [row('A', 1), row('B', 2), row('C', 3), row('D', 4), row('E', 5)]

function place(entries: Rows, facts: Partial<PlaceReader> = {}): PlaceReader {
  const pages = { next: never, close: () => undefined }
  const reader = placeReader({ place: 'a place', keyNames: ['sku'] }, pages, { wanted: undefined, until: undefined })
  return Object.assign(reader, { entries }, facts)
}

interface Given {
  readonly rules?: GivenOptions<InventoryItem>
  readonly isItem?: boolean
  readonly accepts?: (item: InventoryItem) => boolean
}

/** Walks from where the places stand; a filter is that of the last of them. */
function walk(source: PlaceReader, held: readonly PlaceReader[], { rules = {}, isItem = true, accepts }: Given = {}) {
  const settings: Settings<InventoryItem> = resolveSettings(rules)
  const warehouses = held.map((_, n) => {
    const filter = n === held.length - 1 ? accepts : undefined
    return { name: `w${String(n)}`, snapshot: [], route: undefined, accepts: filter }
  })
  const tallies = held.map(emptyTally)
  const look = { sourceRows: 0, finished: false }
  const last = walkEqual({ source, held }, { warehouses, tallies, settings, isItem }, look)
  return { last, look, tallies, at: [source, ...held].map(({ at }) => at) }
}

/** What a walk over so many equal rows comes to. */
function walked(count: number, last: string | undefined, at: readonly number[]) {
  const { parts, ...tally } = emptyTally()
  const both = { ...parts.both, expected: count, keys: count }
  return {
    ...{ last, look: { sourceRows: count, finished: false }, at },
    tallies: at.slice(1).map(() => ({ ...tally, rows: count, parts: { ...parts, both } })),
  }
}

describe('rows that are equal everywhere', () => {
  test('are counted at every warehouse, up to the last whose successor is at hand everywhere', () => {
    expect(walk(place(rows), [place(rows), place(rows)])).toEqual(walked(4, 'D', [4, 4, 4]))
    expect(walk(place(rows), [place(rows), place(rows.slice(0, 3))])).toEqual(walked(2, 'B', [2, 2, 2]))
    expect(walk(place(rows.slice(0, 2)), [place(rows), place(rows)])).toEqual(walked(1, 'A', [1, 1, 1]))
  })

  test('are walked from wherever each place stands', () => {
    const earlier = [row('0', 0), ...rows.slice(1)]
    const places = [place(rows.slice(1)), place([row('00', 0), ...earlier], { at: 2 })]
    expect(walk(place(earlier, { at: 1 }), places)).toEqual(walked(3, 'D', [4, 3, 5]))
  })

  test('may have keys that were made of their items', () => {
    const keys = ['A', 'B', 'C', 'D', 'E']
    const bare = rows.map((one) => ({ item: (one as ReturnType<typeof row>).item }))
    expect(walk(place(bare, { keys }), [place(bare, { keys })])).toEqual(walked(4, 'D', [4, 4]))
    expect(walk(place(bare, { keys }), [place(rows)])).toEqual(walked(4, 'D', [4, 4]))
    expect(walk(place(rows), [place(bare, { keys })])).toEqual(walked(4, 'D', [4, 4]))
  })

  test('pass a filter that takes them, and the schema unless they are items already', () => {
    const many = rows.with(2, { key: 'C', item: { sku: 'C', quantity: 'many' } })
    expect(walk(place(many), [place(many)], { accepts: () => true })).toEqual(walked(4, 'D', [4, 4]))
    expect(walk(place(rows), [place(rows)], { isItem: false })).toEqual(walked(4, 'D', [4, 4]))
  })

  test('are what the schema made of them', () => {
    const validate = (given: unknown) => ({ value: { ...(given as InventoryItem), zone: 'a' } })
    const item = { ...inventoryItem, schema: { '~standard': { version: 1, vendor: 'own', validate } } } as const
    const zoned = rows.map((one) => ({ ...(one as object), item: validate((one as { item: unknown }).item).value }))
    expect(walk(place(rows), [place(zoned)], { rules: { item }, isItem: false })).toEqual(walked(4, 'D', [4, 4]))
    expect(walk(place(rows), [place(zoned)], { rules: { item } }).at).toEqual([4, 4]) // what it has more is no difference
    expect(walk(place(zoned), [place(rows)], { rules: { item } }).at).toEqual([0, 0])
  })
})

/** Whatever two rows hold, they count as equal: what ends the walk is not their content. */
const compare = () => true
const item = { sku: 'C', quantity: 3 }

describe('a walk ends before a row', () => {
  test('of other content', () => {
    const other = rows.with(2, row('C', 7))
    expect(walk(place(rows), [place(rows), place(other)])).toEqual(walked(2, 'B', [2, 2, 2]))
    expect(walk(place(rows), [place(other), place(rows)])).toEqual(walked(2, 'B', [2, 2, 2]))
  })

  test.each([
    ['a tombstone', { key: 'C', item, removed: true }],
    ['null', { key: 'C', item: null }],
    ['a text', { key: 'C', item: 'C' }],
    ['nothing', { key: 'C' }],
  ])('that is %s at the source, at a warehouse, or everywhere', (_, odd) => {
    const those = rows.with(2, odd)
    for (const [source, east, west] of [
      [those, rows, rows],
      [rows, those, rows],
      [rows, rows, those],
      [those, those, those],
    ] as const)
      expect(walk(place(source), [place(east), place(west)], { rules: { compare } })).toEqual(walked(2, 'B', [2, 2, 2]))
  })

  test('that the schema refuses', () => {
    const many = rows.with(2, { key: 'C', item: { sku: 'C', quantity: 'many' } })
    const given = { rules: { compare }, isItem: false }
    expect(walk(place(many), [place(many)], given)).toEqual(walked(2, 'B', [2, 2]))
  })

  test.each([
    ['refuses', false],
    ['fails over', undefined],
  ])('that a filter %s', (_, answer) => {
    const accepts = ({ sku }: InventoryItem) => {
      if (sku === 'C' && answer === undefined) throw new Error('no quantity')
      return sku !== 'C'
    }
    expect(walk(place(rows), [place(rows), place(rows)], { accepts })).toEqual(walked(2, 'B', [2, 2, 2]))
  })

  test.each([
    ['another one', row('CC', 3)],
    ['the same once more', row('B', 3)],
    ['one before it', row('AA', 3)],
    ['one of no key', { item }],
    ['one of an empty key', { key: '', item }],
    ['one whose key is no text', { key: ['C'], item }],
    ['no row', null],
    ['left out', undefined],
  ])('whose successor is %s', (_, odd) => {
    const those = rows.with(2, odd)
    expect(walk(place(rows), [place(rows), place(those)])).toEqual(walked(1, 'A', [1, 1, 1]))
    expect(walk(place(those), [place(rows), place(rows)])).toEqual(walked(1, 'A', [1, 1, 1]))
    const ends = (odd as { key?: unknown } | null | undefined)?.key === 'CC' ? 4 : 1 // it is in order
    expect(walk(place(those), [place(those), place(those)]).at).toEqual([ends, ends, ends])
  })

  test('whose key is of high characters and whose successor has none', () => {
    const those = [row('A', 1), row('\u{1f600}', 2), { item }, row('\u{1f602}', 4)]
    expect(walk(place(those), [place(those)])).toEqual(walked(1, 'A', [1, 1]))
  })
})

describe('no row is walked, and no place moves', () => {
  const rules = { compare }

  test('where one place stands at another key', () => {
    const other = () => place([row('AA', 1), ...rows.slice(1)])
    const none = walked(0, undefined, [0, 0, 0])
    expect(walk(place(rows), [other(), place(rows)], { rules })).toEqual(none)
    expect(walk(place(rows), [place(rows), other()], { rules })).toEqual(none)
    expect(walk(other(), [place(rows), place(rows)], { rules })).toEqual(none)
  })

  test.each([
    ['has ended', place(rows, { at: 5 })],
    ['has no rows', place([])],
    ['holds the key twice', place(rows, { duplicate: true })],
    ['stands at its last row', place(rows.slice(0, 1))],
    ['stands between two pages', place(rows.slice(1), { at: -1, carriedKey: 'A', carried: row('A', 1) })],
  ])('where one place, or every one, %s', (_, odd) => {
    const { at } = odd
    const [those, others] = [() => ({ ...odd }), () => place(rows)]
    expect(walk(others(), [those(), others()], { rules })).toEqual(walked(0, undefined, [0, at, 0]))
    expect(walk(others(), [others(), those()], { rules })).toEqual(walked(0, undefined, [0, 0, at]))
    expect(walk(those(), [others(), others()], { rules })).toEqual(walked(0, undefined, [at, 0, 0]))
    expect(walk(those(), [those(), those()], { rules })).toEqual(walked(0, undefined, [at, at, at]))
  })

  test('where the first row differs, though there was a row before it', () => {
    const [source, east] = [place(rows, { at: 2 }), place(rows.with(2, row('C', 7)), { at: 2 })]
    expect(walk(source, [east])).toEqual(walked(0, undefined, [2, 2]))
  })

  test("where the source's row tells no key and it is made of the item", () => {
    const those = rows.with(0, { item: { sku: 'A', quantity: 1 } })
    expect(walk(place(those), [place(rows)])).toEqual(walked(0, undefined, [0, 0]))
  })
})
