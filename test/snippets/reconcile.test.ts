import {
  reconcile,
  reportText,
  type Clock,
  type InventoryItem,
  type SourceTable,
  type WarehouseTarget,
} from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { memoryTable } from '../support/memory-table.ts'

// region arrays
const report = await reconcile({
  source: [
    { sku: 'A1', quantity: 5 },
    { sku: 'B2', quantity: 7 },
  ],
  warehouses: {
    berlin: [
      { sku: 'A1', quantity: 5 },
      { sku: 'B2', quantity: 9 },
    ],
    lyon: [{ sku: 'A1', quantity: 5 }],
  },
})
// endregion

test('rows are compared', () => {
  expect(report.warehouses).toMatchObject({ berlin: { mismatch: 1, unitsSigned: 2 }, lyon: { missing: 1 } })
  expect(reportText(report)).toContain('berlin')
})

// region plan
async function reconcileBerlin(
  table: SourceTable,
  berlin: WarehouseTarget<InventoryItem>,
  clock?: Clock,
): Promise<void> {
  const snapshots = { source: table.snapshot(), warehouses: { berlin: berlin.snapshot!() } }
  const rules = { table, targets: { berlin }, clock }

  const plan = await reconcile(snapshots, rules)
  if (plan.warehouses.berlin.repairs.planned < 100)
    await reconcile(snapshots, { ...rules, mode: 'apply', maxRepairRatio: 1 })
}
// endregion

test('plan, look, apply', async () => {
  const clock = manualClock()
  const berlin = memoryTarget({ clock })
  await clock.settle(reconcileBerlin(memoryTable([{ sku: 'A1', quantity: 5 }]), berlin, clock))
  expect(berlin.items()).toEqual([{ sku: 'A1', quantity: 5 }])
})
