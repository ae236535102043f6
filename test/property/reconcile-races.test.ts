import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { reconcile, type Change, type Drift, type InventoryItem } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget, type ManualClock, type MemoryTarget } from 'dynamodb-stream-sync/testing'
import { memoryTable } from '../support/memory-table.ts'

const settleMs = 1_000
const written = ['A', 'B', '😀', '\uffee']
const quiet = ['D1', 'D2', 'D3', 'D4', 'D5']
const quantities = fc.integer({ min: 0, max: 4 })
const stock = fc.record(Object.fromEntries([...written, ...quiet].map((name) => [name, fc.option(quantities)])))

/** A write to the table at one time, delivered to both warehouses later, to each by itself. */
const write = fc.record({
  name: fc.constantFrom(...written),
  quantity: fc.option(quantities),
  at: fc.nat(3_000),
  lags: fc.tuple(fc.nat(settleMs - 1), fc.nat(settleMs - 1)),
})
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never

/** What one warehouse holds instead of what it should, of an item that nobody writes. */
const fault = fc.record({
  name: fc.constantFrom(...quiet),
  warehouse: fc.constantFrom('east' as const, 'west' as const),
  holds: fc.option(fc.integer({ min: 0, max: 6 })),
})
type Fault = typeof fault extends fc.Arbitrary<infer T> ? T : never
type Stock = Readonly<Record<string, number | null>>

/** East holds what is worth the way, west holds everything. */
const holds = { east: ({ quantity }: InventoryItem) => quantity >= 2, west: () => true }
type Name = keyof typeof holds

const versionAt = (n: number) => `000000/2026-01-01T00:00:00.000/${String(n).padStart(40, '0')}`

function changeOf(sku: string, quantity: number | null, n: number): Change<InventoryItem> {
  const version = versionAt(n)
  const facts = { id: `${sku}#${version}`, key: sku, keyAttributes: { sku }, version, changedAt: new Date(0) }
  return quantity === null ? { ...facts, type: 'removal' } : { ...facts, type: 'upsert', item: { sku, quantity } }
}

const context = { target: 'east', signal: new AbortController().signal, attempt: 1, timeoutMs: 5_000 }
const asRouted = (name: Name, sku: string, quantity: number | null) =>
  quantity !== null && holds[name]({ sku, quantity }) ? quantity : null

interface World {
  readonly clock: ManualClock
  readonly table: ReturnType<typeof memoryTable>
  readonly targets: Readonly<Record<Name, MemoryTarget<InventoryItem>>>
}

async function worldOf(start: Stock, faults: readonly Fault[]): Promise<World> {
  const clock = manualClock()
  const held = Object.entries(start).flatMap(([sku, quantity]) => (quantity === null ? [] : [{ sku, quantity }]))
  const targets = { east: memoryTarget({ clock }), west: memoryTarget({ clock }) }
  for (const name of ['east', 'west'] as const) {
    const own = new Map(faults.filter(({ warehouse }) => warehouse === name).map((one) => [one.name, one.holds]))
    for (const sku of Object.keys(start)) {
      const expected = asRouted(name, sku, start[sku] ?? null)
      const quantity = own.has(sku) ? (own.get(sku) ?? null) : expected
      if (quantity !== null) await targets[name].apply(changeOf(sku, quantity, 1), context)
    }
  }
  return { clock, table: memoryTable(held), targets }
}

async function play({ clock, table, targets }: World, writes: readonly Write[]): Promise<void> {
  const ordered = [...writes].sort((a, b) => a.at - b.at)
  await Promise.all(
    ordered.map(async ({ name, quantity, at, lags }, n) => {
      await clock.sleep(at)
      if (quantity === null) table.remove(name)
      else table.put({ sku: name, quantity })
      const deliver = async (to: Name, lag: number) => {
        await clock.sleep(lag)
        await targets[to].apply(changeOf(name, asRouted(to, name, quantity), n + 2), context)
      }
      await Promise.all([deliver('east', lags[0]), deliver('west', lags[1])])
    }),
  )
}

async function reconciled({ clock, table, targets }: World, during: Promise<unknown> = Promise.resolve()) {
  const told: Drift<InventoryItem>[] = []
  await clock.advance(1_500) // some writes are under way, others follow
  const snapshots = {
    source: table.snapshot(),
    warehouses: { east: targets.east.snapshot(), west: targets.west.snapshot() },
  }
  const routes = { east: { target: targets.east, when: holds.east }, west: targets.west }
  const work = reconcile(snapshots, {
    ...{ clock, table, targets: routes, settleMs, mode: 'apply', maxRepairRatio: 1, orphans: 'remove' },
    onDrift: (drift) => void told.push(drift),
  })
  const report = await clock.settle(work)
  await clock.settle(during)
  return { report, told }
}

/** The seeded faults that are drift. */
function driftOf(start: Stock, faults: readonly Fault[]): readonly string[] {
  const last = new Map(faults.map((one) => [`${one.warehouse} ${one.name}`, one]))
  return [...last.values()].flatMap(({ name, warehouse, holds: held }) => {
    const expected = asRouted(warehouse, name, start[name] ?? null)
    if (expected === held) return []
    return [`${warehouse} ${name} ${expected === null ? 'orphan' : held === null ? 'missing' : 'mismatch'}`]
  })
}

describe('reconcile amid writes, several warehouses, each with its part', () => {
  test.prop([stock, fc.uniqueArray(write, { selector: ({ name }) => name }), fc.array(fault, { maxLength: 6 })])(
    'reports exactly what drifted, and nothing that was on its way; a second run repairs nothing',
    async (start, writes, faults) => {
      const world = await worldOf(start, faults)
      const { report, told } = await reconciled(world, play(world, writes))
      const expected = driftOf(start, faults)
      expect(told.map(({ warehouse, key, kind }) => `${warehouse} ${key} ${kind}`).sort()).toEqual([...expected].sort())
      const applied = Object.values(report.warehouses).map(({ repairs }) => repairs.applied)
      expect(applied.reduce((a, b) => a + b)).toBe(expected.length)
      const again = await reconciled(world)
      expect(again.report).toMatchObject({ verdict: 'equal', sample: [] })
      expect(Object.values(again.report.warehouses).every(({ repairs }) => repairs.planned === 0)).toBe(true)
    },
  )

  test.prop([stock, fc.array(write, { maxLength: 12 }), fc.array(fault, { maxLength: 6 })])(
    'no repair lowers a version, however fast the writes follow, and all ends equal',
    async (start, writes, faults) => {
      const world = await worldOf(start, faults)
      await reconciled(world, play(world, writes))
      expect((await reconciled(world)).report.verdict).toBe('equal')
      for (const target of Object.values(world.targets)) {
        const last = new Map<string, string>()
        for (const { key, version } of target.changes()) {
          expect(version > (last.get(key) ?? '')).toBe(true)
          last.set(key, version)
        }
      }
    },
  )
})
