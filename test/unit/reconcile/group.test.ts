import { describe, expect, test } from 'vitest'
import { reconcile, type InventoryItem, type SnapshotEntry } from 'dynamodb-stream-sync'
import { compareGroup, type Given, type Verdicts } from '../../../src/reconcile/group.ts'
import { resolveSettings, warehousesOf } from '../../../src/reconcile/settings.ts'
import { emptyTally } from '../../../src/reconcile/tally.ts'

const entry = (quantity: number): SnapshotEntry => ({ item: { sku: 'A', quantity } })
const tombstone: SnapshotEntry = { key: 'A', item: {}, version: '-', removed: true }
const given = (of?: SnapshotEntry, facts: Partial<Given> = {}): Given => {
  return { entry: of, duplicate: false, isKnown: true, ...facts }
}
const unknown = given(undefined, { isKnown: false })

/** What key A comes to at one warehouse: its counts beside those that are zero, and what is to be looked at again. */
function verdictOf(source: Given, held: Given, when?: (item: InventoryItem) => boolean) {
  const settings = resolveSettings<InventoryItem>({ when })
  const tally = emptyTally()
  const verdicts: Verdicts<InventoryItem> = { suspects: [], duplicates: [], invalid: 0 }
  const comparing = { warehouses: warehousesOf({ east: [] }, settings), tallies: [tally], settings, isItem: false }
  compareGroup('A', source, [held], comparing, verdicts)
  const parts = Object.entries(tally.parts).flatMap(([found, { expected, keys, unequal }]) =>
    expected || keys || unequal ? [[found, { expected, keys, unequal }]] : [],
  )
  const suspects = verdicts.suspects.map(({ found, keyAttributes, held: row }) => [found, keyAttributes, row?.item])
  return { rows: tally.rows, parts, suspects, duplicates: verdicts.duplicates, invalid: verdicts.invalid }
}

const nothing = { rows: 0, parts: [], suspects: [], duplicates: [], invalid: 0 }
const sku = { sku: 'A' }

describe('one key at one warehouse', () => {
  test('equal rows are counted, and not looked at again', () => {
    const parts = [['both', { expected: 1, keys: 1, unequal: 0 }]]
    expect(verdictOf(given(entry(1)), given(entry(1)))).toEqual({ ...nothing, rows: 1, parts })
  })

  test('what differs, or is on one side alone, is looked at again', () => {
    const both = [['both', { expected: 1, keys: 1, unequal: 0 }]]
    const mismatch = { ...nothing, rows: 1, parts: both, suspects: [['both', sku, entry(2).item]] }
    expect(verdictOf(given(entry(1)), given(entry(2)))).toEqual(mismatch)
    const source = [['source', { expected: 1, keys: 1, unequal: 0 }]]
    const missing = { ...nothing, parts: source, suspects: [['source', sku, undefined]] }
    expect(verdictOf(given(entry(1)), given())).toEqual(missing)
    const warehouse = [['warehouse', { expected: 0, keys: 1, unequal: 0 }]]
    const orphan = { ...nothing, rows: 1, parts: warehouse, suspects: [['warehouse', sku, entry(2).item]] }
    expect(verdictOf(given(), given(entry(2)))).toEqual(orphan)
  })

  test('of a side that broke off before the key, nothing is said', () => {
    expect(verdictOf(given(entry(1)), unknown)).toEqual(nothing)
    expect(verdictOf(unknown, given(entry(1)))).toEqual({ ...nothing, rows: 1 })
    expect(verdictOf(given(), unknown)).toEqual(nothing)
    expect(verdictOf(unknown, given())).toEqual(nothing)
  })

  test('a key that neither holds nor should hold an item is no key of the warehouse', () => {
    expect(verdictOf(given(), given(tombstone))).toEqual(nothing)
    expect(verdictOf(given(entry(1)), given(tombstone), () => false)).toEqual(nothing)
    expect(verdictOf(given(entry(1)), given(), () => false)).toEqual(nothing)
  })

  test.each([
    ['twice, and the source not at all', given(), 'warehouse', undefined, 0],
    ['twice', given(entry(1)), 'both', { sku: 'A', quantity: 1 }, 1],
  ] as const)('a key that the warehouse holds %s is a duplicate', (_, source, found, expected, unequal) => {
    const held = { sku: 'A', quantity: 1 }
    const drift = { kind: 'duplicate', key: 'A', warehouse: 'east', expected, held, units: 0 }
    expect(verdictOf(source, given(entry(1), { duplicate: true }))).toEqual({
      ...nothing,
      rows: 1,
      parts: [[found, { expected: unequal, keys: 1, unequal }]],
      duplicates: [{ drift, found }],
    })
  })
})

test('a row that no warehouse but one has is compared there alone', async () => {
  const { warehouses } = await reconcile({ source: [], warehouses: { east: [{ sku: 'A', quantity: 1 }], west: [] } })
  expect(warehouses).toMatchObject({ east: { rows: 1, orphan: 1 }, west: { rows: 0, orphan: 0 } })
})

test('a row of the source with a version that is none is refused by that name', async () => {
  const source = {
    order: 'none' as const,
    async *pages() {
      yield [{ ...entry(1), version: 'newest' }]
    },
  }
  await expect(reconcile({ source, warehouses: { east: [] } })).rejects.toThrow(/^"source" gave a row whose version/)
})
