import { reconcile, type InventoryItem, type ItemKey } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { lookAtWarehouse } from '../../../src/reconcile/look-again.ts'
import { memoryTable } from '../../support/memory-table.ts'
import { withRun } from '../../support/reconcile-run.ts'

const items = (count: number): readonly InventoryItem[] =>
  Array.from({ length: count }, (_, n) => ({ sku: String(n).padStart(3, '0'), quantity: 1 }))

test.each([
  [25, [25], [25, 25]],
  [101, [25, 25, 25, 25, 1], [100, 1, 100, 1]],
])('%i keys are asked for in parts, none of them empty', async (count, ofWarehouse, ofTable) => {
  const clock = manualClock()
  const asked: { readonly east: number[]; readonly table: number[] } = { east: [], table: [] }
  const [target, table] = [memoryTarget(), memoryTable(items(count))]
  const counting =
    (name: 'east' | 'table', { read }: Pick<typeof target, 'read'>) =>
    (keys: readonly ItemKey[], context: Parameters<typeof read>[1]) => {
      asked[name].push(keys.length)
      return read(keys, context)
    }
  const work = reconcile(
    { source: items(count), warehouses: { east: [] } },
    {
      clock,
      table: { ...table, read: counting('table', table) },
      targets: { east: { ...target, read: counting('east', target) } },
    },
  )
  expect((await clock.settle(work)).warehouses.east.missing).toBe(count)
  expect(asked).toEqual({ east: ofWarehouse, table: ofTable })
})

test.each<[string, object]>([
  ['no target', {}],
  ['a target that neither reads nor takes a snapshot', { targets: { east: { apply: async () => 'applied' } } }],
])('a warehouse with %s says that it cannot be looked at again', async (_, options) => {
  const look = await withRun(
    { source: [], warehouses: { east: [] } },
    options,
    ({ warehouses, settings, invocation }) =>
      Promise.all(warehouses.map((one) => lookAtWarehouse(one, [], settings, invocation))),
  )
  expect(look).toEqual([{ error: new Error('"east" cannot be looked at again.') }])
})
