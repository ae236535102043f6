import { createReconcileHandler, reconcile } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'

test.each([
  [10_000, {}, 1],
  [10_001, {}, 0],
  [3_000, { settleMs: 3_000 }, 1],
  [3_001, { settleMs: 3_000 }, 0],
  [60_000, { maxLagMs: 60_000 }, 1],
  [60_001, { maxLagMs: 60_000 }, 0],
  [0, { maxLagMs: 0 }, 1],
  [1, { maxLagMs: 0 }, 0],
])('a stream that lags by %d ms, with %j: %d repairs', async (lag, rules, applied) => {
  const [clock, east] = [manualClock(), memoryTarget()]
  const snapshots = { source: [{ sku: 'A', quantity: 1 }], warehouses: { east: east.snapshot() } }
  const options = { mode: 'apply', maxRepairRatio: 1, clock, targets: { east }, lagMs: async () => lag } as const
  const report = await clock.settle(reconcile(snapshots, { ...options, ...rules }))
  expect(report.warehouses.east.repairs.applied).toBe(applied)
  expect(report.stoppedBy).toBe(applied === 1 ? undefined : 'lag')
})

test.each(['plan', 5, true])('options that are none, such as %j, are refused', async (options) => {
  const refused = { code: 'CONFIG_INVALID', message: 'options: is no object. Give one, or nothing.' }
  await expect(reconcile({ source: [], warehouses: {} }, options as never)).rejects.toMatchObject(refused)
})

test('a handler needs options', () => {
  expect(() => createReconcileHandler(null as never)).toThrow('options: is no object. Give one, or nothing.')
})
