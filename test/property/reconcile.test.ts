import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { reconcile, type Change, type InventoryItem } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { memoryTable } from '../support/memory-table.ts'

const names = fc.constantFrom('A', 'B', 'C', '😀', '\uffee')
const quantities = fc.integer({ min: 0, max: 3 })
const stock = fc.dictionary(names, quantities)
const settleMs = 1_000

/** A write to the table at one time, delivered to the warehouse at a later one, or not at all yet. */
const write = fc.record({
  name: names,
  quantity: fc.option(quantities),
  at: fc.nat(2_000),
  lag: fc.nat(settleMs - 1),
})
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never

const itemsOf = (held: Readonly<Record<string, number>>): InventoryItem[] =>
  Object.entries(held).map(([sku, quantity]) => ({ sku, quantity }))
const versionAt = (n: number) => `000000/2026-01-01T00:00:00.000/${String(n).padStart(40, '0')}`

function changeOf(sku: string, quantity: number | null, n: number): Change<InventoryItem> {
  const version = versionAt(n)
  const facts = { id: `${sku}#${version}`, key: sku, keyAttributes: { sku }, version, changedAt: new Date(0) }
  return quantity === null ? { ...facts, type: 'removal' } : { ...facts, type: 'upsert', item: { sku, quantity } }
}

const context = { target: 'east', signal: new AbortController().signal, attempt: 1, timeoutMs: 5_000 }

/** Reconciles while writes and deliveries go on; afterwards the warehouse holds what the table holds. */
async function reconcileAmid(start: Readonly<Record<string, number>>, writes: readonly Write[]) {
  const clock = manualClock()
  const table = memoryTable(itemsOf(start))
  const east = memoryTarget({ clock })
  for (const { sku, quantity } of itemsOf(start)) await east.apply(changeOf(sku, quantity, 1), context)
  const ordered = [...writes].sort((a, b) => a.at - b.at)
  const writing = ordered.map(async ({ name, quantity, at, lag }, n) => {
    await clock.sleep(at)
    if (quantity === null) table.remove(name)
    else table.put({ sku: name, quantity })
    await clock.sleep(lag)
    await east.apply(changeOf(name, quantity, n + 2), context)
  })
  await clock.advance(500)
  const snapshots = { source: table.snapshot(), warehouses: { east: east.snapshot() } }
  const rules = { clock, table, targets: { east }, settleMs, maxRepairRatio: 1, orphans: 'remove' } as const
  const report = await clock.settle(reconcile(snapshots, { ...rules, mode: 'apply' }))
  await clock.settle(Promise.all(writing))
  expect((await clock.settle(reconcile(snapshots, rules))).verdict).toBe('equal')
  return report
}

describe('P11 reconcile is safe', () => {
  test.prop([stock, fc.uniqueArray(write, { selector: ({ name }) => name })])(
    'a write that is delivered within settleMs is never drift',
    async (start, writes) => {
      const report = await reconcileAmid(start, writes)
      expect(report.warehouses.east).toMatchObject({ missing: 0, mismatch: 0, orphan: 0, repairs: { planned: 0 } })
    },
  )

  // A row that was changed there and back between the looks may be repaired: that must not outlive the write.
  test.prop([stock, fc.array(write, { maxLength: 12 })])(
    'no write is undone, however fast they follow',
    async (start, writes) => {
      await reconcileAmid(start, writes)
    },
  )

  test.prop([stock, stock, fc.boolean(), fc.boolean()])(
    'an incomplete snapshot removes and zeroes nothing, and adds nothing that may be there',
    async (source, held, sourceComplete, zero) => {
      const clock = manualClock()
      const table = memoryTable(itemsOf(source), { complete: sourceComplete })
      const east = memoryTarget({ clock })
      for (const { sku, quantity } of itemsOf(held)) await east.apply(changeOf(sku, quantity, 1), context)
      const whole = east.snapshot()
      const cut = memoryTable([], { complete: false }).snapshot()
      const orphans = zero ? 'zero' : 'remove'
      await clock.settle(
        reconcile(
          { source: table.snapshot(), warehouses: { east: sourceComplete ? cut : whole } },
          { clock, table, targets: { east }, mode: 'apply', maxRepairRatio: 1, orphans },
        ),
      )
      const now = new Map(east.items().map((item) => [item.sku, item.quantity]))
      for (const [sku, quantity] of Object.entries(held)) if (!(sku in source)) expect(now.get(sku)).toBe(quantity)
      if (sourceComplete) expect(east.items()).toHaveLength(Object.keys(held).length)
    },
  )

  test.prop([stock, stock, fc.nat(12), fc.nat(8_000)])(
    'interrupted anywhere, it harms nothing, and the next run leaves the warehouse equal',
    async (source, held, maxRepairs, stopAt) => {
      const clock = manualClock()
      const table = memoryTable(itemsOf(source))
      const east = memoryTarget({ clock })
      for (const { sku, quantity } of itemsOf(held)) await east.apply(changeOf(sku, quantity, 1), context)
      const snapshots = { source: table.snapshot(), warehouses: { east: east.snapshot() } }
      const rules = {
        clock,
        table,
        targets: { east },
        settleMs,
        mode: 'apply',
        maxRepairRatio: 1,
        orphans: 'remove',
      } as const
      const stop = new AbortController()
      const first = reconcile(snapshots, { ...rules, maxRepairs, repairsPerSecond: 1, signal: stop.signal })
      await clock.advance(stopAt)
      stop.abort()
      const before = east.changes().length
      const report = await clock.settle(first)
      expect(report.warehouses.east.repairs.applied).toBeLessThanOrEqual(maxRepairs)
      expect(east.changes().length).toBe(before)
      await clock.settle(reconcile(snapshots, rules))
      expect(new Map(east.items().map((item) => [item.sku, item.quantity]))).toEqual(new Map(Object.entries(source)))
      for (const sku of Object.keys(source)) await east.apply(changeOf(sku, 9, 2), context)
      expect(east.items().every(({ quantity }) => quantity === 9)).toBe(true) // a repair is older than every later write
    },
  )
})
