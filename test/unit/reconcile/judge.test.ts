import { describe, expect, test } from 'vitest'
import { inventoryItem, merge, type Change, type InventoryItem } from 'dynamodb-stream-sync'
import { memoryTarget } from 'dynamodb-stream-sync/testing'
import { judge, type Pair } from '../../../src/reconcile/judge.ts'
import type { Row } from '../../../src/reconcile/reading/row.ts'
import { resolveSettings, type Settings, type Warehouse } from '../../../src/reconcile/settings.ts'
import { tableState } from '../../../src/reconcile/source.ts'

type Item = Partial<InventoryItem> & { readonly at?: number }
type Rule = (table: Change<Item>, held: Change<Item>) => Change<Item>

const item = { ...inventoryItem, version: { attribute: 'at' } }
const partAt = (at: number) => `000000/${String(at).padStart(38, '0')}`
const versionAt = (at: number) => `${partAt(at)}/label/1`
const keyed = { key: 'A', keyAttributes: { sku: 'A' } }
const sku = (quantity: number, at?: number) => ({ sku: 'A', quantity, ...(at !== undefined && { at }) })

const east = (facts: Partial<Warehouse<Item>> = {}): Warehouse<Item> => {
  return { name: 'east', snapshot: memoryTarget().snapshot(), route: undefined, accepts: undefined, ...facts }
}

function rowOf(held: Item, version?: string, removed = false): Row {
  return { ...keyed, item: held, version, removed }
}

function settingsOf(authority: Rule | undefined, options: object = {}): Settings<Item> {
  return resolveSettings<Item>({ item, authority, ...options } as never) // an item's type says nothing here
}

/** The table's item and the warehouse's row, as a run pairs them. */
function pairOf(expected: Item | undefined, held: Row | undefined, warehouse = east(), settings = settingsOf(merge)) {
  const row = expected && rowOf(expected)
  const state = tableState(row, true, [{ ...warehouse, accepts: undefined }], settings)
  const pair: Pair<Item> = { warehouse, ...keyed, found: 'both', state, held }
  return pair
}

describe('a rule of versions', () => {
  /** What it is asked about: the table's state and the warehouse's. */
  function askedAbout(expected: Item | undefined, held: Row, warehouse = east()): readonly Change<Item>[] {
    const asked: Change<Item>[] = []
    const rule: Rule = (table, other) => (asked.push(table, other), table)
    judge(pairOf(expected, held, warehouse), settingsOf(rule))
    return asked
  }
  const changedAt = new Date(0)
  const upsert = (version: string, held: Item) => {
    return { ...keyed, id: `A#${version}`, version, changedAt, type: 'upsert', item: held }
  }
  const removal = (version: string) => ({ ...keyed, id: `A#${version}`, version, changedAt, type: 'removal' })

  test('is asked about two whole changes, by epoch and attribute alone', () => {
    expect(askedAbout(sku(2, 5), rowOf(sku(1, 9), versionAt(9)))).toEqual([
      upsert(partAt(5), sku(2, 5)),
      upsert(partAt(9), sku(1, 9)),
    ])
  })

  test('is told of an item that one side lacks as a removal', () => {
    expect(askedAbout(undefined, rowOf(sku(1, 9), versionAt(9)))).toEqual([removal('-'), upsert(partAt(9), sku(1, 9))])
    expect(askedAbout(sku(2, 5), rowOf({ sku: 'A' }, versionAt(9), true))).toEqual([
      upsert(partAt(5), sku(2, 5)),
      removal(partAt(9)),
    ])
  })

  test('takes a row that was never written by the sync for older than all', () => {
    for (const version of [undefined, '-', '-~000003'])
      expect(askedAbout(sku(2, 5), rowOf(sku(1, 9), version))[1]).toEqual(upsert('-', sku(1, 9)))
  })

  test('goes by the attribute of plain rows, which have no versions; without it they are older than all', () => {
    const plain = east({ snapshot: [] })
    expect(askedAbout(sku(2, 5), rowOf(sku(1, 9)), plain)[1]).toEqual(upsert(partAt(9), sku(1, 9)))
    expect(askedAbout(sku(2, 5), rowOf(sku(1)), plain)[1]).toEqual(upsert('-', sku(1)))
  })

  test('is not asked about a tie, nor where the warehouse holds nothing: the table stands', () => {
    expect(askedAbout(sku(2, 5), rowOf(sku(9, 5), versionAt(5)))).toEqual([])
    const repair = { type: 'upsert', item: sku(2, 5) }
    expect(judge(pairOf(sku(2, 5), rowOf(sku(9, 5), versionAt(5))), settingsOf(merge))?.repair).toEqual(repair)
    expect(judge(pairOf(sku(2, 5), undefined), settingsOf(merge))?.repair).toEqual(repair)
  })
})

describe('what a rule of versions lets be written', () => {
  const newer = rowOf(sku(1, 9), versionAt(9))
  const sum: Rule = (a, b) => (a.type === 'upsert' && b.type === 'upsert' ? { ...b, item: sku(3, 9) } : b)
  const copy: Rule = (_, held) => ({ ...held })

  test('of a row that is newer nothing, whatever becomes of orphans and however rows are compared', () => {
    for (const orphans of ['report', 'zero', 'remove'])
      expect(judge(pairOf(sku(2, 5), newer), settingsOf(merge, { orphans }))).toMatchObject({
        kind: 'mismatch',
        repair: undefined,
      })
    const unread = rowOf({ sku: 'A', at: 9 }, versionAt(9))
    const difference = judge(pairOf(sku(2, 5), unread), settingsOf(merge, { compare: { tolerance: 1 } }))
    expect(difference).toMatchObject({ kind: 'mismatch', repair: undefined })
  })

  test('a third state that it makes of both', () => {
    const repair = { type: 'upsert', item: sku(3, 9) }
    for (const accepts of [undefined, () => true])
      expect(judge(pairOf(sku(2, 5), newer, east({ accepts })), settingsOf(sum))).toMatchObject({ repair })
    const revive: Rule = (table, held) => ({ ...table, version: held.version })
    const gone = rowOf({ sku: 'A' }, versionAt(9), true)
    const revived = { type: 'upsert', item: sku(2, 5) }
    expect(judge(pairOf(sku(2, 5), gone), settingsOf(revive))).toMatchObject({ kind: 'missing', repair: revived })
  })

  test('not a third state that the warehouse holds already, or that its filter refuses', () => {
    expect(judge(pairOf(sku(2, 5), newer), settingsOf(copy))).toMatchObject({ kind: 'mismatch', repair: undefined })
    const small = east({ accepts: ({ quantity = 0 }) => quantity < 3 })
    expect(judge(pairOf(sku(2, 5), newer, small), settingsOf(sum))).toMatchObject({ repair: undefined })
  })

  test.each([
    ['report', undefined],
    ['zero', { type: 'upsert', item: sku(0, 9) }],
    ['remove', { type: 'removal' }],
  ])('a removal that it makes, as orphans are treated: %s', (orphans, repair) => {
    const removing: Rule = ({ key, keyAttributes, id, version, changedAt }) => {
      return { key, keyAttributes, id, version, changedAt, type: 'removal' }
    }
    const settings = settingsOf(removing, { orphans })
    expect(judge(pairOf(sku(2, 5), newer), settings)?.repair).toEqual(repair)
    const gone = rowOf({ sku: 'A' }, versionAt(9), true)
    expect(judge(pairOf(sku(2, 5), gone), settings)).toMatchObject({ kind: 'missing', repair: undefined })
  })
})

test('a row of no quantity is drift where the table has some, though zeroed orphans are none', () => {
  const settings = settingsOf(undefined, { orphans: 'zero' })
  expect(judge(pairOf(sku(5), rowOf(sku(0)), east(), settings), settings)).toMatchObject({ kind: 'mismatch' })
  expect(judge(pairOf(undefined, rowOf(sku(0))), settings)).toBeUndefined()
})
