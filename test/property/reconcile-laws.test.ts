import { defineItem, inventoryItem, merge, type InventoryItem, type MergeRule } from 'dynamodb-stream-sync'
import { reconcileLaws, type Clause, type ReconcileLawsOptions } from 'dynamodb-stream-sync/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'

const items = fc.record(
  { sku: fc.constantFrom('A1', 'B2', 'C3', '😀'), quantity: fc.nat(100), note: fc.string() },
  { requiredKeys: ['sku', 'quantity'] },
)

const schema = z.object({
  sku: z.string(),
  site: z.string(),
  stock: z.object({ onHand: z.number(), lots: z.array(z.string()) }),
  rev: z.number(),
})
type Stock = z.infer<typeof schema>
const stock = defineItem({
  schema,
  key: ['sku', 'site'],
  version: { attribute: 'rev' },
  quantity: (item) => item.stock.onHand,
})
const stocks = fc.record({
  sku: fc.constantFrom('A1', 'B2'),
  site: fc.constantFrom('lyon', 'porto'),
  stock: fc.record({ onHand: fc.nat(100), lots: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }) }),
  rev: fc.nat(9),
})

const lowestStands: MergeRule<Stock> = (a, b) => {
  const [x, y] = [a, b].map((change) => change.item?.stock.onHand ?? 0) as [number, number]
  return x === y ? merge(a, b) : x < y ? a : b
}
const sameStock = (table: Stock, held: Partial<Stock>) => table.stock.onHand === held.stock?.onHand

describe.each<readonly [string, readonly Clause[]]>([
  ['the default comparison', reconcileLaws({ item: inventoryItem, items })],
  ['a tolerance', reconcileLaws({ item: inventoryItem, items, compare: { tolerance: 2 } })],
  ['a tolerance in a quantity of its own', reconcileLaws({ item: stock, items: stocks, compare: { tolerance: 5 } })],
  ['a comparison of its own', reconcileLaws({ item: stock, items: stocks, compare: sameStock })],
  ['fields', reconcileLaws({ item: { ...stock, fields: ['stock'] }, items: stocks })],
  ['newest wins', reconcileLaws({ item: stock, items: stocks, authority: merge })],
  ['lowest stock wins', reconcileLaws({ item: stock, items: stocks, authority: lowestStands })],
  ['both', reconcileLaws({ item: stock, items: stocks, authority: merge, compare: sameStock })],
])('the laws hold for %s', (_, laws) => {
  for (const { name, check } of laws) test(name, check)
})

async function broken(laws: readonly Clause[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, check } of laws) await check().catch(() => failed.push(name))
  return failed
}

type Compare<Item> = ReconcileLawsOptions<Item>['compare']
const near = (table: InventoryItem, held: Partial<InventoryItem>) => table.quantity - (held.quantity ?? 0)
let calls = 0

describe('the laws find a comparison that', () => {
  test.for<readonly [fault: string, law: string, compare: Compare<InventoryItem>]>([
    ['forgets the absolute value', 'does not depend on which', (table, held) => near(table, held) <= 2],
    [
      'throws for a row that lacks attributes',
      'answers true or false',
      ({ quantity }, held) => {
        return quantity.toFixed() === held.quantity!.toFixed()
      },
    ],
    [
      'throws',
      'answers true or false',
      () => {
        throw new Error('no')
      },
    ],
    [
      'answers with something else',
      'answers true or false',
      ((table: InventoryItem, held: InventoryItem) =>
        held.quantity && table.quantity === held.quantity) as Compare<InventoryItem>,
    ],
    ['answers with a promise', 'answers true or false', (async () => false) as unknown as Compare<InventoryItem>],
    ['answers by chance', 'answers true or false', () => ++calls % 2 === 0],
    ['compares objects by identity', 'an item equals its copy', (table, held) => table === held],
    ['is never content', 'an item equals its copy', () => false],
    ['tolerates everything', 'tells some', { tolerance: Infinity }],
    ['tolerates that all stock is gone', 'tells some', { tolerance: 100 }],
    ['sees nothing', 'tells some', () => true],
    [
      'sorts what it compares',
      'leaves both rows',
      (table, held) => {
        table.quantity = Math.round(table.quantity / 10) * 10
        return table.quantity === held.quantity
      },
    ],
  ])('%s: %s', async ([, law, compare]) => {
    expect(await broken(reconcileLaws({ item: inventoryItem, items, compare }))).toEqual(
      expect.arrayContaining([expect.stringContaining(`compare: ${law}`)]),
    )
  })

  test('has a tolerance of a quantity that the item does not have', async () => {
    const item = { ...stock, quantity: undefined }
    const failed = await broken(reconcileLaws({ item, items: stocks, compare: { tolerance: 2 } }))
    expect(failed).toContain('compare: an item equals its copy')
    expect(failed).toContain('repair: is done once: a second run finds nothing more to repair')
  })
})

describe('the laws find an authority that', () => {
  test.for<readonly [fault: string, law: string, authority: MergeRule<Stock>]>([
    ['makes up a state', 'authority: picks one of the two sides', (a, b) => sum(a, b)],
    ['makes up a state', 'authority: picks one of its arguments', (a, b) => sum(a, b)],
    ['makes up a state', 'repair: is done once', (a, b) => sum(a, b)],
    ['prefers a side', 'authority: is commutative', (a) => a],
    ['prefers a side', 'authority: picks one of the two sides', (_, b) => b],
    [
      'reads a version that a side may lack',
      'authority: picks one of the two sides',
      (a, b) => {
        const [x, y] = [a, b].map(({ version }) => BigInt(version.split('/')[1]!)) as [bigint, bigint]
        return x === y ? merge(a, b) : x > y ? a : b
      },
    ],
    [
      'throws for a removal',
      'authority: is commutative',
      (a, b) => (a.item!.stock.onHand < b.item!.stock.onHand ? a : b),
    ],
  ])('%s: %s', async ([, law, authority]) => {
    expect(await broken(reconcileLaws({ item: stock, items: stocks, authority }))).toEqual(
      expect.arrayContaining([expect.stringContaining(law)]),
    )
  })

  test('needs a version attribute and has none, at once', () => {
    expect(() => reconcileLaws({ item: inventoryItem, items, authority: merge })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field: 'authority' }),
    )
    expect(() => reconcileLaws({ item: inventoryItem, items, compare: { tolerance: -1 } })).toThrow(/tolerance/)
  })
})

function sum(...[a, b]: Parameters<MergeRule<Stock>>): ReturnType<MergeRule<Stock>> {
  if (a.type === 'removal' || b.type === 'removal') return merge(a, b)
  const onHand = a.item.stock.onHand + b.item.stock.onHand + 1
  return { ...merge(a, b), type: 'upsert', item: { ...a.item, stock: { onHand, lots: [] } } }
}
