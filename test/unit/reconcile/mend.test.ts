import { reconcile, type Drift, type InventoryItem } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { firstLook } from '../../../src/reconcile/first-look.ts'
import { mend } from '../../../src/reconcile/mend.ts'
import type { GivenOptions, SnapshotLike } from '../../../src/reconcile/options.ts'
import { planned } from '../../../src/reconcile/plan.ts'
import { emptyTally } from '../../../src/reconcile/tally.ts'
import { withRun } from '../../support/reconcile-run.ts'

const sku = (name: string, quantity = 1): InventoryItem => ({ sku: name, quantity })
const rows = [sku('A', 2), sku('B', 2)]

function* onlyOnce(items: readonly InventoryItem[]): Generator<InventoryItem> {
  yield* items
}

/** Repairs places of which the first walk keeps one repair, and those of the same key. */
async function mended(
  source: SnapshotLike<InventoryItem>,
  warehouses: Readonly<Record<string, SnapshotLike<InventoryItem>>>,
  options: GivenOptions<InventoryItem>,
) {
  const clock = manualClock()
  const rules = { clock, mode: 'apply', maxRepairRatio: 1, settleMs: 0 } as const
  const work = withRun({ source, warehouses }, { ...rules, ...options }, async (run) => {
    const plan = planned<InventoryItem>(1)
    const tallies = new Map(run.warehouses.map(({ name }) => [name, emptyTally()]))
    const looked = await firstLook(run, plan, tallies, { after: undefined, isTold: false })
    return mend(run, { after: undefined, looked, plan, tallies })
  })
  return clock.settle(work)
}

describe('where more repairs are called for than are kept', () => {
  test('the next walk makes the others, at every warehouse, and tells no drift again', async () => {
    const [east, west] = [memoryTarget(), memoryTarget()]
    const told: string[] = []
    const onDrift = ({ warehouse, key, kind }: Drift<InventoryItem>): void =>
      void told.push(`${warehouse} ${key} ${kind}`)
    const held = [sku('A', 1), sku('B', 1)] // no longer at the second look
    expect(await mended(rows, { east: held, west: held }, { targets: { east, west }, onDrift })).toEqual({
      stoppedBy: undefined,
      resumeFrom: 'B',
    })
    expect([east.items(), west.items()]).toEqual([rows, rows])
    expect(told).toEqual(['east A missing', 'west A missing', 'east B missing', 'west B missing'])
  })

  test.each<[string, () => SnapshotLike<InventoryItem>, () => SnapshotLike<InventoryItem>]>([
    ['source', () => onlyOnce(rows), () => []],
    ['warehouse', () => rows, () => onlyOnce([])],
  ])('a %s that can be read only once leaves the others to another run', async (_, source, held) => {
    const east = memoryTarget()
    expect(await mended(source(), { east: held() }, { targets: { east } })).toEqual({
      ...{ stoppedBy: 'maxRepairs', resumeFrom: 'A' },
    })
    expect(east.items()).toEqual([sku('A', 2)])
  })

  test('a run that is stopped after the first walk goes on behind it', async () => {
    const stop = new AbortController()
    const east = memoryTarget()
    const stopping: typeof east.read = async (keys, context) => {
      if (east.items().length > 0) stop.abort()
      return east.read(keys, context)
    }
    const targets = { east: { ...east, read: stopping } }
    expect(await mended(onlyOnce(rows), { east: [] }, { targets, signal: stop.signal })).toEqual({
      ...{ stoppedBy: 'deadline', resumeFrom: 'A' },
    })
    expect(east.items()).toEqual([sku('A', 2)])
  })
})

test.each([undefined, 'plan'] as const)('mode %s writes nothing, and no limit stops it', async (mode) => {
  const clock = manualClock()
  const east = memoryTarget({ clock })
  const options = { clock, targets: { east }, maxRepairs: 0, settleMs: 3_000, random: () => 0 }
  const report = await clock.settle(
    reconcile({ source: [sku('A', 2)], warehouses: { east: east.snapshot() } }, { ...options, mode }),
  )
  expect(east.changes()).toEqual([])
  expect(report).toStrictEqual({
    runId: expect.stringMatching(/-0{12}$/) as string,
    startedAt: new Date('2026-03-01T10:00:00Z'),
    endedAt: new Date('2026-03-01T10:00:03Z'),
    sourceRows: 1,
    invalid: 0,
    verdict: 'drift',
    warehouses: {
      east: {
        ...{ rows: 0, missing: 1, mismatch: 0, orphan: 0, duplicate: 0, inFlight: 0, unstable: 0 },
        ...{ unitsSigned: -2, unitsAbsolute: 2, expected: 1, equal: 0, equalAfter: 0 },
        ...{ accuracyPercent: 0, accuracyAfterPercent: 0, complete: true },
        repairs: { planned: 1, applied: 0, stale: 0, conflicted: 0, failed: 0 },
      },
    },
    sample: [{ kind: 'missing', key: 'A', warehouse: 'east', expected: sku('A', 2), held: undefined, units: -2 }],
  })
})
