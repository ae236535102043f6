import {
  createReconcileHandler,
  reconcile,
  type Drift,
  type InventoryItem,
  type Snapshot,
  type SnapshotEntry,
} from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { pairsOf, tellSome } from '../../../src/reconcile/first-look.ts'
import { limits } from '../../../src/reconcile/limits.ts'
import { memoryTable } from '../../support/memory-table.ts'
import { withRun } from '../../support/reconcile-run.ts'
import { contextFor, keptLines } from '../../support/sync-kit.ts'

const sku = (name: string, quantity = 1): InventoryItem => ({ sku: name, quantity })

/** A place in the order of keys; what it returns is its summary. */
function placeOf(pages: () => AsyncGenerator<readonly InventoryItem[], unknown>): Snapshot {
  const entries = async function* (): AsyncGenerator<readonly SnapshotEntry[], unknown> {
    const each = pages()
    for (;;) {
      const { done, value } = await each.next()
      if (done === true) return value
      yield value.map((item) => ({ item }))
    }
  }
  return { order: 'key', pages: entries as Snapshot['pages'] }
}

const sorted = (...pages: readonly (readonly InventoryItem[])[]) =>
  placeOf(async function* () {
    yield* pages
  })

const brokenAfter = (...pages: readonly (readonly InventoryItem[])[]) =>
  placeOf(async function* () {
    yield* pages
    throw new Error('down')
  })

test.each([
  ['of a snapshot pass the schema', (rows: readonly InventoryItem[]) => sorted(rows), { invalid: 1, mismatch: 0 }],
  ['that the caller gives are items already', (rows: readonly InventoryItem[]) => rows, { invalid: 0, mismatch: 1 }],
])('rows of the source %s', async (_, placed, expected) => {
  const rows = [{ sku: 'A', quantity: '1' as never }]
  const { invalid, warehouses } = await reconcile({ source: placed(rows), warehouses: { east: [sku('A', 1)] } })
  expect({ invalid, mismatch: warehouses.east.mismatch }).toEqual(expected)
})

test.each(['plan', 'apply'] as const)(
  'a run that is stopped before its second look begins there again: %s',
  async (mode) => {
    const clock = manualClock()
    const stop = new AbortController()
    const east = memoryTarget({ clock })
    const rules = { clock, targets: { east }, maxRepairRatio: 1, signal: stop.signal, resumeFrom: '0' }
    const work = reconcile({ source: [sku('A')], warehouses: { east: east.snapshot() } }, { ...rules, mode })
    await clock.advance(100)
    stop.abort()
    const { stoppedBy, resumeFrom, verdict } = await clock.settle(work)
    expect({ stoppedBy, resumeFrom, verdict }).toEqual({ stoppedBy: 'deadline', resumeFrom: '0', verdict: 'unknown' })
  },
)

describe('drift is told', () => {
  const first = [sku('A')]
  const second = [sku('C', 2), sku('D')]

  test.each([
    ['as soon as both sides showed it, else when the other side is at its end', sorted(first, second), 'CABD'],
    ['not where the other side broke off', brokenAfter(first, second), 'CAD'],
  ])('%s', async (_, source, expected) => {
    const told: string[] = []
    const onDrift = ({ key }: { readonly key: string }): void => void told.push(key)
    await reconcile({ source, warehouses: { east: sorted([sku('B'), sku('C')]) } }, { onDrift })
    expect(told.join('')).toBe(expected)
  })

  test('at once where as much waits already as may be held', async () => {
    const told: string[] = []
    const onDrift = ({ key }: Drift<InventoryItem>): void => void told.push(key)
    const missing = (key: string) =>
      ({ drift: { kind: 'missing', key, warehouse: 'east', units: 0 }, found: 'source' }) as const
    const untold = Array.from({ length: limits.untold - 1 }, () => missing('before'))
    await withRun({ source: [], warehouses: {} }, { onDrift }, ({ settings, invocation }) =>
      tellSome([missing('last to wait'), missing('first too many')], untold, settings, invocation),
    )
    expect(told).toEqual(['first too many'])
    expect([untold.length, untold.at(-1)?.drift.key]).toEqual([limits.untold, 'last to wait'])
  })
})

test('places that break off are logged by their names, with the kind of error and no more', async () => {
  const { lines, logger } = keptLines()
  const short = placeOf(async function* () {
    yield [sku('A')]
    return { startedAt: new Date(0), endedAt: new Date(0), complete: true, rows: 2 }
  })
  const warehouses = { east: short, west: [sku('A')] }
  await reconcile({ source: brokenAfter([sku('A')]), warehouses }, { logger })
  expect(lines.filter(([level]) => level === 'error')).toEqual([
    ['error', 'A snapshot broke off.', { place: 'east', reason: 'SnapshotError' }],
    ['error', 'A snapshot broke off.', { place: 'source', reason: 'TargetUnavailableError' }],
  ])
})

test.each([
  ['apply', 10_000, 70_000],
  ['plan', 10_000, 85_000],
  ['apply', 60_000, 50_000],
] as const)('of 100 s, mode %s with settleMs %i looks for %i ms at most', async (mode, settleMs, expected) => {
  const clock = manualClock()
  await clock.advance(7_000)
  const endless = placeOf(async function* () {
    for (let n = 0; ; n++) {
      await clock.sleep(5_000)
      yield [sku(String(n).padStart(5, '0'))]
    }
  })
  const handler = createReconcileHandler({
    ...{ clock, mode, settleMs, targets: { east: memoryTarget({ clock }) }, snapshots: { east: endless } },
    ...{ table: { ...memoryTable([]), snapshot: () => endless }, deadlineMarginMs: 1_000 },
  })
  const report = await clock.settle(handler({}, contextFor(clock, 101_000)))
  expect(report).toMatchObject({ stoppedBy: 'deadline', verdict: 'unknown' })
  expect(report.endedAt.getTime() - report.startedAt.getTime()).toBe(expected)
})

test.each([
  ['seldom where one warehouse is read as a whole for it', { read: undefined }, limits.wholeLookPairs],
  ['often where all are read by key', {}, limits.batchPairs],
  ['often where one cannot be looked at again', { read: undefined, snapshot: undefined }, limits.batchPairs],
])('differences are looked at again %s', async (_, parts, expected) => {
  const [east, west] = [memoryTarget(), { ...memoryTarget(), ...parts }]
  const warehouses = { east: [], west: [], plain: [] }
  const pairs = await withRun({ source: [], warehouses }, { targets: { east, west } }, async (run) =>
    pairsOf(run.warehouses),
  )
  expect(pairs).toBe(expected)
})
