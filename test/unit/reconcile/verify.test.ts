import { expect, test } from 'vitest'
import type { InventoryItem, SnapshotEntry, SnapshotSummary } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import type { PlannedRepair } from '../../../src/reconcile/plan.ts'
import { resolveSettings, warehousesOf, type Warehouse } from '../../../src/reconcile/settings.ts'
import { mended } from '../../../src/reconcile/verify.ts'
import { withinInvocation } from '../../../src/runtime/invocation.ts'
import { keptLines } from '../../support/sync-kit.ts'

type Planned = Omit<PlannedRepair<InventoryItem>, 'warehouse'>

const versionAt = (n: number) => `000000/label/${String(n)}`
const a = { key: 'A', keyAttributes: { sku: 'A' }, found: 'both' } as const
const upsert = { ...a, kind: 'mismatch', heldVersion: versionAt(5), repair: { type: 'upsert', item: sku(2) } } as const
const removal = { ...a, kind: 'orphan', heldVersion: versionAt(5), repair: { type: 'removal' } } as const
const zeroing = { ...removal, repair: { type: 'upsert', item: sku(0) } } as const

function sku(quantity: number): InventoryItem & Readonly<Record<string, unknown>> {
  return { sku: 'A', quantity }
}

/** How many of the applied repairs count as mended, at a warehouse that answers like this, and what is logged. */
async function mendedAt(applied: readonly Planned[], place: object) {
  const { lines, logger } = keptLines()
  const clock = manualClock()
  const east = { apply: async () => 'applied' as const, ...place }
  const settings = resolveSettings<InventoryItem>({ clock, logger, targets: { east } })
  const [warehouse] = warehousesOf({ east: [] }, settings) as [Warehouse<InventoryItem>]
  const repairs = applied.map((one) => ({ ...one, warehouse }))
  const work = withinInvocation({ clock, deadlineMarginMs: 0 }, undefined, (invocation) =>
    mended(warehouse, repairs, settings, invocation),
  )
  return { mended: await clock.settle(work), lines }
}

const reading = (...rows: readonly SnapshotEntry[]) => ({ read: async () => rows })

test.each<[string, Planned, readonly SnapshotEntry[]]>([
  ['an item as it was written', upsert, [{ item: sku(2) }]],
  ['a newer item', upsert, [{ item: sku(7), version: versionAt(6) }]],
  ['a removal that came after it', upsert, [{ key: 'A', item: {}, version: versionAt(6), removed: true }]],
  [
    'an item that is newer than a row without version',
    { ...upsert, heldVersion: undefined },
    [{ item: sku(7), version: versionAt(1) }],
  ],
])('a repair is there: %s', async (_, repair, rows) => {
  expect(await mendedAt([repair], reading(...rows))).toEqual({ mended: 1, lines: [] })
})

test.each<[string, Planned, readonly SnapshotEntry[]]>([
  ['a row that the table does not have is gone', removal, []],
  ['it has left a tombstone', removal, [{ item: sku(2), version: versionAt(5), removed: true }]],
  ['it has no quantity any more', zeroing, [{ item: sku(0), version: versionAt(5) }]],
])('an orphan that is mended is no row that should be there: %s', async (_, repair, rows) => {
  expect(await mendedAt([repair], reading(...rows))).toEqual({ mended: 0, lines: [] })
})

test.each<[string, Planned, readonly SnapshotEntry[]]>([
  ['no row', upsert, []],
  ['a tombstone of the same content', upsert, [{ item: sku(2), version: versionAt(5), removed: true }]],
  ['another row without version', upsert, [{ item: sku(1) }]],
  ['another row of the version that was held', upsert, [{ item: sku(1), version: versionAt(5) }]],
  ['another row of the very version of the repair', upsert, [{ item: sku(1), version: `${versionAt(5)}~000001` }]],
  ['another row of an older version', upsert, [{ item: sku(1), version: versionAt(4) }]],
  [
    'another row that was never written by the sync',
    { ...upsert, heldVersion: undefined },
    [{ item: sku(1), version: '-~000001' }],
  ],
  ['a row that was removed', removal, [{ item: sku(2), version: versionAt(5) }]],
])('a repair that was applied is not there, and that is logged: %s', async (_, repair, rows) => {
  const fields = { rows: 1, warehouse: 'east' }
  expect(await mendedAt([repair], reading(...rows))).toEqual({
    mended: 0,
    lines: [['warn', 'Repairs that were applied are not there.', fields]],
  })
})

test('only repairs that are not there are counted in the log', async () => {
  const repairs = ['A', 'B', 'C'].map((key) => {
    const item = { sku: key, quantity: 2 }
    return { ...upsert, key, keyAttributes: { sku: key }, repair: { type: 'upsert' as const, item } }
  })
  const rows = [{ item: sku(2) }, { item: { sku: 'C', quantity: 1 } }]
  expect(await mendedAt(repairs, reading(...rows))).toEqual({
    mended: 1,
    lines: [['warn', 'Repairs that were applied are not there.', { rows: 2, warehouse: 'east' }]],
  })
})

test('what cannot be looked at counts as not mended, and the log says why', async () => {
  const fields = { rows: 2, warehouse: 'east', reason: 'TargetUnavailableError' }
  const down = { read: () => Promise.reject(new Error('down')) }
  expect(await mendedAt([upsert, removal], down)).toEqual({
    mended: 0,
    lines: [['warn', 'Repairs could not be looked at.', fields]],
  })
})

test('a warehouse that took no repair is not read as a whole', async () => {
  let opened = 0
  async function* pages(): AsyncGenerator<readonly SnapshotEntry[], SnapshotSummary | undefined> {
    yield [{ item: sku(2) }]
    return undefined
  }
  const snapshot = () => {
    opened++
    return { order: 'none', pages }
  }
  expect(await mendedAt([], { snapshot })).toEqual({ mended: 0, lines: [] })
  expect(opened).toBe(0)
  expect(await mendedAt([upsert], { snapshot })).toEqual({ mended: 1, lines: [] })
  expect(opened).toBe(1)
})
