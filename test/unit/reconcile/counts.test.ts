import { describe, expect, test } from 'vitest'
import {
  createReconcileHandler,
  inventoryItem,
  merge,
  mergeReports,
  reconcile,
  type InventoryItem,
  type ItemKey,
  type Snapshot,
  type SnapshotEntry,
  type WarehouseTarget,
} from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { memoryTable } from '../../support/memory-table.ts'

const sku = (name: string, quantity: number): InventoryItem => ({ sku: name, quantity })
const snapshotOf = (...items: readonly InventoryItem[]): Snapshot => ({
  order: 'none',
  async *pages() {
    yield items.map((item) => ({ item }))
  },
})
const targetOf = (...held: readonly SnapshotEntry[]): WarehouseTarget<InventoryItem> => ({
  apply: async () => 'applied',
  read: async () => held,
})

describe('what is expected', () => {
  test('is what the table says at the second look, when the row was put there since the first', async () => {
    const clock = manualClock()
    const table = memoryTable([sku('A', 2)])
    const work = reconcile(
      { source: snapshotOf(), warehouses: { east: snapshotOf(sku('A', 1)) } },
      { clock, table, targets: { east: targetOf({ item: sku('A', 1) }) } },
    )
    expect((await clock.settle(work)).warehouses.east).toMatchObject({
      ...{ mismatch: 1, expected: 1, equal: 0, equalAfter: 0, accuracyPercent: 0 },
    })
  })

  test('is nothing, when the table removed the row since the first', async () => {
    const clock = manualClock()
    const table = memoryTable([])
    const work = reconcile(
      { source: snapshotOf(sku('A', 1)), warehouses: { east: snapshotOf() } },
      { clock, table, targets: { east: targetOf() } },
    )
    expect((await clock.settle(work)).warehouses.east).toMatchObject({ missing: 0, inFlight: 1, expected: 0, equal: 0 })
  })

  test('is no row that fails the schema at the second look, which is counted once for all warehouses', async () => {
    const clock = manualClock()
    const read = async () => ['A', 'B'].map((name) => ({ item: { sku: name, quantity: 'much' } }))
    const work = reconcile(
      { source: snapshotOf(sku('A', 1), sku('B', 1)), warehouses: { east: snapshotOf(), west: snapshotOf() } },
      { clock, table: { ...memoryTable([]), read } },
    )
    const report = await clock.settle(work)
    expect(report.invalid).toBe(2)
    expect(report.warehouses.east).toMatchObject({ missing: 0, expected: 0, equal: 0 })
  })

  test('is no row without the version that decides, whatever its neighbours', async () => {
    const own = { ...inventoryItem, version: { attribute: 'rev' } } as const
    const stock = ['A', 'B', 'C'].map((sku) => ({ sku, quantity: 1, rev: -1 }))
    const report = await reconcile({ source: stock, warehouses: { east: stock } }, { item: own, authority: merge })
    expect(report).toMatchObject({ sourceRows: 3, invalid: 3, warehouses: { east: { rows: 3, expected: 0 } } })
  })
})

test('no more rows are equal after repairs than are expected, though one that was equal had to be mended, too', async () => {
  const items = Array.from({ length: 20_101 }, (_, n) => sku(String(n).padStart(6, '0'), n + 1))
  const last = items.at(-1)!
  let walks = 0
  const east: Snapshot = {
    order: 'key',
    async *pages() {
      yield [{ item: walks++ === 0 ? last : sku(last.sku, 0) }]
    },
  }
  const applied = new Set<string>()
  const target: WarehouseTarget<InventoryItem> = {
    apply: async ({ key }) => (applied.add(key), 'applied'),
    read: async (keys: readonly ItemKey[]) =>
      keys.flatMap(({ key }) => {
        if (applied.has(key)) return [{ item: items[Number(key)]! }]
        return key === last.sku ? [{ item: sku(last.sku, 0) }] : []
      }),
  }
  const report = await reconcile(
    { source: items, warehouses: { east } },
    { mode: 'apply', maxRepairRatio: 1, settleMs: 0, targets: { east: { target, concurrency: 50 } } },
  )
  expect(report.warehouses.east).toMatchObject({
    ...{ expected: 20_101, equal: 1, equalAfter: 20_101, accuracyAfterPercent: 100, repairs: { applied: 20_101 } },
  })
})

test('a version that has no room for a repair fails that repair, and no other', async () => {
  const clock = manualClock()
  const held = { item: sku('A', 1) }
  const work = reconcile(
    { source: [sku('A', 2)], warehouses: { east: snapshotOf(sku('A', 1)), west: snapshotOf(sku('A', 1)) } },
    {
      ...{ clock, mode: 'apply', maxRepairRatio: 1 },
      targets: { east: targetOf({ ...held, version: '000000/1/0~999999' }), west: targetOf(held) },
    },
  )
  const { east, west } = (await clock.settle(work)).warehouses
  expect(east.repairs).toMatchObject({ planned: 1, applied: 0, failed: 1 })
  expect(west.repairs).toMatchObject({ planned: 1, applied: 1, failed: 0 })
})

test('of equal weights the sample keeps the lowest keys, as the parts of a run do together', async () => {
  const items = Array.from({ length: 120 }, (_, n) => sku(String(n).padStart(3, '0'), 1))
  const handler = createReconcileHandler({
    ...{ clock: undefined, settleMs: 0, table: { ...memoryTable(items), snapshot: () => snapshotOf(...items) } },
    targets: { east: targetOf(), west: targetOf() },
    snapshots: { east: snapshotOf(), west: snapshotOf() },
  })
  const whole = await handler({})
  const parts = [await handler({ partition: { until: '060' } }), await handler({ partition: { after: '060' } })]
  const keys = ({ sample }: typeof whole) => sample.map(({ key, warehouse }) => `${key} ${warehouse}`)
  expect(keys(whole)).toEqual(keys(mergeReports(parts)))
})

test.for([
  ['compare', { compare: (table: InventoryItem) => table.sku.trim() === (undefined as unknown as string).trim() }],
  [
    'authority',
    {
      authority: () => {
        throw new Error('no rule')
      },
      item: { ...inventoryItem, version: { attribute: 'quantity' } },
    },
  ],
] as const)('%s that throws is told by its name', async ([field, rules]) => {
  const work = reconcile({ source: [sku('A', 2)], warehouses: { east: [sku('A', 1)] } }, rules as never)
  await expect(work).rejects.toMatchObject({ code: 'CONFIG_INVALID', field, cause: expect.any(Error) as Error })
})
