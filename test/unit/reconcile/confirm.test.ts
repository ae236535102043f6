import { reconcile, TargetRejectedError, type InventoryItem, type ItemKey } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget, type MemoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { memoryTable } from '../../support/memory-table.ts'
import { keptLines } from '../../support/sync-kit.ts'

const sku = (name: string, quantity = 1): InventoryItem => ({ sku: name, quantity })
const version = '000000/2026-01-01T00:00:00.000/0000000000000000000000000000000000000001'

async function targetWith(...items: readonly InventoryItem[]): Promise<MemoryTarget<InventoryItem>> {
  const target = memoryTarget()
  const context = { target: 'east', signal: new AbortController().signal, attempt: 1, timeoutMs: 5_000 }
  for (const item of items) {
    const key = item.sku
    const facts = { id: key, key, keyAttributes: { sku: key }, version, changedAt: new Date(0) }
    await target.apply({ ...facts, type: 'upsert', item }, context)
  }
  return target
}

/** East holds 1 of everything, the source 2. */
async function reconciled(keys: readonly string[], options: object) {
  const clock = manualClock()
  const east = await targetWith(...keys.map((key) => sku(key)))
  const rules = { mode: 'apply', maxRepairRatio: 1, clock, targets: { east } } as const
  const source = keys.map((key) => sku(key, 2))
  const report = await clock.settle(
    reconcile({ source, warehouses: { east: east.snapshot() } }, { ...rules, ...options }),
  )
  return { report, east }
}

describe('the second look', () => {
  test.each([1, 2])('decides nothing where the table cannot be asked the %i. time', async (failing) => {
    const table = memoryTable([sku('A', 2)], {
      beforeRead: (call) => {
        if (call === failing) throw new TargetRejectedError('no')
      },
    })
    const { report, east } = await reconciled(['A'], { table })
    expect(report).toMatchObject({
      ...{ verdict: 'unknown', sample: [] },
      warehouses: { east: { complete: false, mismatch: 0, unstable: 0, inFlight: 0, repairs: { planned: 0 } } },
    })
    expect(east.items()).toEqual([sku('A')])
  })

  test('asks each warehouse for the keys that differ there, and one that is equal for none', async () => {
    const clock = manualClock()
    const asked: string[] = []
    const asking = (name: string, target: MemoryTarget<InventoryItem>) => ({
      ...target,
      read: async (keys: readonly ItemKey[], context: Parameters<typeof target.read>[1]) => {
        asked.push(`${name} ${keys.map(({ key }) => key).join()}`)
        return target.read(keys, context)
      },
    })
    const [east, west, equal] = [
      await targetWith(sku('A', 2), sku('B'), sku('C', 2)),
      await targetWith(sku('A'), sku('B', 2), sku('C')),
      await targetWith(sku('A'), sku('B'), sku('C')),
    ]
    let opened = 0
    const blind = { ...equal, read: undefined, snapshot: () => (opened++, equal.snapshot()) }
    const work = reconcile(
      {
        source: [sku('A'), sku('B'), sku('C')],
        warehouses: { east: east.snapshot(), west: west.snapshot(), blind: equal.snapshot() },
      },
      { clock, targets: { east: asking('east', east), west: asking('west', west), blind } },
    )
    expect((await clock.settle(work)).verdict).toBe('drift')
    expect({ asked, opened }).toEqual({ asked: ['east A,C', 'west B'], opened: 0 })
  })

  test('comes too late for a run that was stopped while it compared, whatever the places are', async () => {
    const { lines, logger } = keptLines()
    const stop = new AbortController()
    const compare = () => (stop.abort(), false)
    const report = await reconcile(
      { source: [sku('A')], warehouses: { east: [sku('A')] } },
      { compare, logger, signal: stop.signal },
    )
    expect(report).toMatchObject({ verdict: 'unknown', warehouses: { east: { complete: false, mismatch: 0 } } })
    expect(lines[0]).toEqual([
      ...['warn', 'Differences could not be looked at again.'],
      { rows: 1, warehouse: 'east', reason: 'Error' },
    ])
  })

  test.each([
    [60_001, 0, 'lag', 0],
    [0, 60_001, 'lag', 0],
    [60_000, 60_000, undefined, 1],
  ])('with a lag of %i ms before it and %i after: stopped by %s', async (before, after, stoppedBy, applied) => {
    const lags = [before, after]
    const lagMs = async () => lags.shift() ?? NaN
    const { report } = await reconciled(['A'], { lagMs, maxLagMs: 60_000 })
    expect({ stoppedBy: report.stoppedBy, applied: report.warehouses.east.repairs.applied }).toEqual({
      stoppedBy,
      applied,
    })
  })

  test('asks what is parked about what differs still, and leaves the parked alone', async () => {
    const asked: string[][] = []
    const pending = async (keys: readonly ItemKey[]) => {
      asked.push(keys.map(({ key }) => key))
      return ['A', 'X']
    }
    const table = memoryTable([sku('A', 2), sku('B', 2), sku('C')])
    const { report, east } = await reconciled(['A', 'B', 'C'], { pending, table })
    expect(report.warehouses.east).toMatchObject({ mismatch: 1, inFlight: 2, equal: 1, repairs: { applied: 1 } })
    expect(east.items()).toEqual([sku('A'), sku('B', 2), sku('C')])
    const gone = await reconciled(['A'], { pending, table: memoryTable([sku('A')]) })
    expect(gone.report.warehouses.east).toMatchObject({ mismatch: 0, inFlight: 1, equal: 1 })
    expect(asked).toEqual([['A', 'B']])
  })
})
