import { describe, expect, test } from 'vitest'
import {
  createReconcileHandler,
  reconcile,
  type InventoryItem,
  type Snapshot,
  type SnapshotContext,
  type SnapshotEntry,
} from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { memoryTable } from '../../support/memory-table.ts'

const sku = (name: string, quantity = 1): InventoryItem => ({ sku: name, quantity })
const rowsOf = (...names: readonly string[]): readonly SnapshotEntry[] => names.map((name) => ({ item: sku(name) }))

type Pages = (context: SnapshotContext) => AsyncGenerator<readonly SnapshotEntry[], unknown>

function placeOf(order: Snapshot['order'], pages: Pages): Snapshot {
  return { order, pages: pages as Snapshot['pages'] }
}

const sorted = (...pages: readonly (readonly SnapshotEntry[])[]) =>
  placeOf('key', async function* () {
    yield* pages
  })

describe('a place that says that it is sorted', () => {
  test.each([
    ['within a page', [rowsOf('B', 'A')]],
    ['from page to page', [rowsOf('B'), rowsOf('A')]],
    ['by UTF-16, as JavaScript sorts', [rowsOf('😀', '\uffee')]],
  ])('and is not, %s, is refused: place, both keys and remedy are named', async (_, pages) => {
    const [before, after] = pages.flat().map(({ item }) => JSON.stringify(item['sku']))
    const message = `"source" promised keys in UTF-8 byte order, and gave ${String(after)} after ${String(before)}. Sort by bytes (COLLATE "C"), or say order: 'none'.`
    for (const warehouse of [sorted(...pages), [sku('Z')]]) {
      const work = reconcile({ source: sorted(...pages), warehouses: { east: warehouse } })
      await expect(work).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID', message })
    }
  })

  test('a warehouse is refused by its own name', async () => {
    const work = reconcile({ source: [sku('A')], warehouses: { east: sorted(rowsOf('B', 'A')) } })
    await expect(work).rejects.toThrow(/^"east" promised keys/)
  })

  test('a page that comes twice is out of order', async () => {
    const page = rowsOf('A', 'B')
    await expect(reconcile({ source: sorted(page, page), warehouses: { east: [] } })).rejects.toThrow('"A" after "B"')
  })

  test('the same key on two pages is a duplicate', async () => {
    const report = await reconcile({
      source: sorted(rowsOf('A')),
      warehouses: { east: sorted(rowsOf('A'), rowsOf('A')) },
    })
    expect(report.warehouses.east).toMatchObject({ duplicate: 1, rows: 1, equal: 0 })
  })

  test('no more than two pages of it are asked for ahead', async () => {
    let asked = 0
    const long = placeOf('key', async function* () {
      for (const name of ['B', 'C', 'D', 'E', 'F', 'G']) {
        asked++
        yield rowsOf(name)
      }
    })
    const source = placeOf('key', async function* () {
      yield rowsOf('A')
      await new Promise(() => undefined)
    })
    const clock = manualClock()
    const work = reconcile({ source, warehouses: { east: long } }, { clock })
    await clock.advance(60_000)
    expect(asked).toBe(3) // one at hand, one for what comes after its row, one on its way
    await clock.settle(work)
  })

  test('a signal stops a run whose places answer without ever waiting', async () => {
    const endless = placeOf('key', async function* () {
      for (let n = 0; ; n++) yield rowsOf(String(n).padStart(12, '0'))
    })
    const stop = new AbortController()
    setImmediate(() => stop.abort())
    const report = await reconcile({ source: endless, warehouses: { east: endless } }, { signal: stop.signal })
    expect(report).toMatchObject({ verdict: 'unknown', stoppedBy: 'deadline' })
  })
})

test('of a range of keys no page is read that lies behind it', async () => {
  let asked = 0
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
  const long = placeOf('key', async function* () {
    for (const name of names) {
      asked++
      yield rowsOf(name)
    }
  })
  const handler = createReconcileHandler({
    table: { ...memoryTable([]), snapshot: () => long },
    targets: { east: { apply: async () => 'applied' as const } },
    snapshots: { east: placeOf('none', async function* () {}) },
    settleMs: 0,
  })
  const { sourceRows, warehouses } = await handler({ partition: { after: 'A', until: 'C' } })
  expect({ sourceRows, complete: warehouses.east.complete }).toEqual({ sourceRows: 2, complete: true })
  expect(asked).toBeLessThan(7)
})

test('every place is told which keys are wanted', async () => {
  const told: SnapshotContext[] = []
  const telling = placeOf('key', async function* (context) {
    told.push(context)
    yield []
  })
  const handler = createReconcileHandler({
    table: { ...memoryTable([]), snapshot: () => telling },
    targets: { east: { apply: async () => 'applied' as const } },
    snapshots: { east: { ...telling, order: 'none' } },
  })
  await handler({})
  await handler({ partition: { after: 'A', until: 'C' } })
  const signal = expect.any(AbortSignal) as AbortSignal
  expect(told).toEqual([{ signal }, { signal }, ...[1, 2].map(() => ({ signal, after: 'A', until: 'C' }))])
})

test('every place is let go, also when one of them is refused', async () => {
  const closed: string[] = []
  const hanging = (name: string, ...keys: readonly string[]): Snapshot => ({
    order: 'key',
    pages: () => {
      const pages = [{ value: rowsOf(...keys) }]
      const next = async () => pages.shift() ?? new Promise<never>(() => undefined)
      return { next, return: async () => (closed.push(name), { done: true, value: undefined }) }
    },
  })
  const [source, east, west] = [hanging('source', 'C', 'D'), hanging('east', 'B', 'A'), hanging('west', 'C', 'D')]
  await expect(reconcile({ source, warehouses: { east, west } })).rejects.toThrow('"A" after "B"')
  expect(closed).toEqual(['source', 'east', 'west'])
})

describe('a place that breaks its word', () => {
  test('one that counts other rows than it gave is incomplete, and nothing is missing or orphaned by it', async () => {
    const east = memoryTarget()
    const short = placeOf('none', async function* () {
      yield rowsOf('A')
      return { startedAt: new Date(0), endedAt: new Date(0), complete: true, rows: 1_000_000_000 }
    })
    const clock = manualClock()
    const work = reconcile(
      { source: [sku('A'), sku('B')], warehouses: { east: short } },
      { mode: 'apply', maxRepairRatio: 1, targets: { east }, clock },
    )
    const report = await clock.settle(work)
    expect(report).toMatchObject({ verdict: 'unknown', warehouses: { east: { complete: false, missing: 0 } } })
    expect(east.items()).toEqual([])
  })

  test('one that counts other rows than it gave at the second look says nothing', async () => {
    let opened = 0
    const rows = rowsOf('A')
    const east = placeOf('none', async function* () {
      const isFirst = opened++ === 0
      if (isFirst) yield rows
      return { startedAt: new Date(0), endedAt: new Date(0), complete: true, rows: 1 }
    })
    const applied: unknown[] = []
    const target = {
      apply: async (change: unknown) => (applied.push(change), 'applied' as const),
      snapshot: () => east,
    }
    const clock = manualClock()
    const work = reconcile(
      { source: [sku('A', 2)], warehouses: { east } },
      { mode: 'apply', maxRepairRatio: 1, targets: { east: target }, clock },
    )
    const report = await clock.settle(work)
    expect(report).toMatchObject({ verdict: 'unknown', warehouses: { east: { complete: false, missing: 0 } } })
    expect(applied).toEqual([])
  })

  test('one that hangs is left after pageTimeoutMs, and the others are compared', async () => {
    const clock = manualClock()
    const hanging = placeOf('none', async function* () {
      yield rowsOf('A')
      await new Promise(() => undefined)
    })
    const work = reconcile(
      { source: [sku('A'), sku('B')], warehouses: { east: hanging, west: [sku('A')] } },
      { clock, pageTimeoutMs: 30_000 },
    )
    const report = await clock.settle(work)
    expect(report.endedAt.getTime() - report.startedAt.getTime()).toBe(30_000)
    expect(report.warehouses.east).toMatchObject({ complete: false, missing: 0, rows: 1 })
    expect(report.warehouses.west).toMatchObject({ complete: true, missing: 1 })
  })

  test.each(['key', 'none'] as const)('what was read before it broke off is compared: order %s', async (order) => {
    const broken = placeOf(order, async function* () {
      yield rowsOf('A', 'C')
      throw new Error('down')
    })
    const report = await reconcile({ source: [sku('A', 2), sku('B'), sku('D')], warehouses: { east: broken } })
    expect(report.warehouses.east).toMatchObject({ mismatch: 1, missing: 0, orphan: 1, complete: false })
  })

  test('a warehouse with ten times the rows is repaired of none: the ratio stops it', async () => {
    const clock = manualClock()
    const applied: unknown[] = []
    const many = Array.from({ length: 200 }, (_, n) => sku(`x${String(n)}`))
    const east = {
      apply: async (change: unknown) => (applied.push(change), 'applied' as const),
      read: async (keys: readonly { readonly key: string }[]) => rowsOf(...keys.map(({ key }) => key)),
    }
    const work = reconcile(
      { source: many.slice(0, 20), warehouses: { east: many } },
      { mode: 'apply', orphans: 'remove', targets: { east }, clock, settleMs: 0 },
    )
    const report = await clock.settle(work)
    expect(report).toMatchObject({ stoppedBy: 'maxRepairRatio', warehouses: { east: { orphan: 180 } } })
    expect(applied).toEqual([])
  })

  test('a quantity that is text differs from every number', async () => {
    const report = await reconcile({
      source: [sku('A', 1)],
      warehouses: { east: [{ sku: 'A', quantity: '1' as never }] },
    })
    expect(report.warehouses.east).toMatchObject({ mismatch: 1, unitsSigned: -1 })
  })
})

describe('a place without order', () => {
  const many = Array.from({ length: 5_000 }, (_, n) => `sku-${String((n * 7_919) % 5_000)}`)
  const unsorted = (names: readonly string[]) =>
    placeOf('none', async function* () {
      for (let start = 0; start < names.length; start += 700) yield rowsOf(...names.slice(start, start + 700))
      return { startedAt: new Date(0), endedAt: new Date(0), complete: true, rows: names.length }
    })

  test.each([
    ['in memory', 10_000],
    ['on disk', 1_000],
  ])('is sorted %s', async (_, maxRowsInMemory) => {
    const lost = many.filter((name) => name !== 'sku-4321')
    const report = await reconcile(
      { source: unsorted(many), warehouses: { east: unsorted([...lost, 'sku-17', '😀', '\uffee']) } },
      { maxRowsInMemory },
    )
    expect(report).toMatchObject({ sourceRows: 5_000, verdict: 'drift' })
    expect(report.warehouses.east).toMatchObject({ rows: 5_001, missing: 1, orphan: 2, duplicate: 1, equal: 4_998 })
  })

  test('rows that hold more than data are refused', async () => {
    const source = placeOf('none', async function* () {
      yield [{ item: { sku: 'A', quantity: () => 1 } }]
    })
    await expect(reconcile({ source, warehouses: { east: [] } })).rejects.toThrow(
      '"source" gave a row that holds more than data.',
    )
  })

  test('its rows come back as they were: numbers, sets, binaries', async () => {
    const row = {
      sku: 'A',
      big: 2n ** 70n,
      tags: new Set(['x']),
      bytes: new Uint8Array([1, 2]),
      exact: { value: '0.1' },
    }
    const one = () =>
      placeOf('none', async function* () {
        yield [{ item: row }]
      })
    const item = { schema: passing, key: ['sku'] as const }
    const report = await reconcile<Record<string, unknown>>(
      { source: one(), warehouses: { east: one(), west: [{ ...row, big: 2n ** 70n + 1n }] } },
      { item: item as never },
    )
    expect(report.warehouses).toMatchObject({ east: { mismatch: 0 }, west: { mismatch: 1 } })
  })
})

const passing = { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } }

describe('a run of many repairs', () => {
  test('more repairs than are kept at once are all made, in the order of keys', async () => {
    const clock = manualClock()
    const names = Array.from({ length: 20_500 }, (_, n) => `sku-${String(n).padStart(6, '0')}`)
    const table = memoryTable(names.map((name) => sku(name)))
    const east = memoryTarget({ clock })
    const rules = { table, clock, settleMs: 0, targets: { east: { target: east, concurrency: 50 } } } as const
    const work = reconcile(
      { source: table.snapshot(), warehouses: { east: east.snapshot() } },
      { ...rules, mode: 'apply', maxRepairRatio: 1 },
    )
    const { warehouses, stoppedBy } = await clock.settle(work)
    expect(stoppedBy).toBeUndefined()
    expect(warehouses.east).toMatchObject({ missing: 20_500, accuracyPercent: 0, accuracyAfterPercent: 100 })
    expect(warehouses.east.repairs).toMatchObject({ planned: 20_500, applied: 20_500, failed: 0 })
  })
})

describe('the limits of a run of many repairs', () => {
  const names = Array.from({ length: 20_100 }, (_, n) => `sku-${String(n).padStart(6, '0')}`)

  /** A table that grows when it is opened again, so that the second walk calls for more than the first. */
  function growing(more: number) {
    const table = memoryTable(names.map((name) => sku(name)))
    let opened = 0
    return {
      ...table,
      snapshot: () => ({
        order: 'none' as const,
        async *pages(context: SnapshotContext) {
          if (opened++ > 0) for (let n = 0; n < more; n++) table.put(sku(`sku-9${String(n).padStart(5, '0')}`))
          return yield* table.snapshot().pages(context) as AsyncGenerator<readonly SnapshotEntry[], undefined>
        },
      }),
    }
  }

  test.each([
    [50, undefined, 20_150],
    [1_000, 'maxRepairs', 20_000],
  ])('hold for all walks together: %i rows more', async (more, stoppedBy, applied) => {
    const clock = manualClock()
    const table = growing(more)
    const east = memoryTarget({ clock })
    const rules = { table, clock, settleMs: 0, targets: { east: { target: east, concurrency: 50 } } } as const
    const work = reconcile({ source: table.snapshot(), warehouses: { east: east.snapshot() } }, {
      ...rules,
      mode: 'apply',
      maxRepairRatio: 1,
      maxRepairs: 20_200,
    } as never)
    const report = await clock.settle(work)
    expect({ stoppedBy: report.stoppedBy, resumeFrom: report.resumeFrom }).toEqual({ stoppedBy, resumeFrom: undefined })
    expect(report.warehouses.east.repairs.applied).toBe(applied)
  })
})

test('a cursor that lies before a range does not widen it', async () => {
  const handler = createReconcileHandler({
    table: memoryTable(['A', 'B', 'C'].map((name) => sku(name))),
    targets: { east: { apply: async () => 'applied' as const } },
    snapshots: { east: placeOf('none', async function* () {}) },
    settleMs: 0,
  })
  expect((await handler({ partition: { after: 'B' }, resumeFrom: 'A' })).sourceRows).toBe(1)
  expect((await handler({ partition: { after: 'A' }, resumeFrom: 'B' })).sourceRows).toBe(1)
})

test('a run that a limit and its deadline stopped says the limit, and nowhere to go on: nothing was repaired', async () => {
  const clock = manualClock()
  const table = memoryTable(['A', 'B'].map((name) => sku(name)))
  const slow = placeOf('key', async function* () {
    for (const name of ['A', 'B', 'C', 'D']) {
      yield rowsOf(name)
      await clock.sleep(20_000)
    }
  })
  const east = memoryTarget({ clock })
  const handler = createReconcileHandler({
    ...{ table: { ...table, snapshot: () => slow }, targets: { east }, clock, mode: 'apply', settleMs: 1_000 },
  })
  const end = clock.now() + 100_000
  const report = await clock.settle(handler({}, { getRemainingTimeInMillis: () => end - clock.now() }))
  expect(report).toMatchObject({ stoppedBy: 'maxRepairRatio' })
  expect(report.resumeFrom).toBeUndefined()
})

test('a key that one warehouse took and another did not is looked at again by the next run', async () => {
  const clock = manualClock()
  const table = memoryTable(['A', 'B'].map((name) => sku(name)))
  const east = memoryTarget({ clock })
  const west = memoryTarget({ clock })
  const stop = new AbortController()
  const rules = { table, clock, settleMs: 0, mode: 'apply', maxRepairRatio: 1, repairsPerSecond: 1 } as const
  const hanging = { ...west, apply: () => new Promise<never>(() => undefined) }
  const work = reconcile(
    { source: table.snapshot(), warehouses: { east: east.snapshot(), west: west.snapshot() } },
    { ...rules, targets: { east, west: { target: hanging, timeoutMs: 60_000 } }, signal: stop.signal },
  )
  await clock.advance(5_000)
  stop.abort()
  const report = await clock.settle(work)
  expect(east.items()).toHaveLength(2)
  expect(report).toMatchObject({ stoppedBy: 'deadline' })
  expect(report.resumeFrom ?? '').not.toBe('B')
})

test('sorting on disk ends with the run', async () => {
  const stop = new AbortController()
  const endless = placeOf('none', async function* () {
    for (let n = 0; ; n++) {
      if (n === 20) stop.abort()
      yield rowsOf(...Array.from({ length: 100 }, (_, row) => `${String(n)}-${String(row)}`))
    }
  })
  const work = reconcile({ source: endless, warehouses: { east: [] } }, { signal: stop.signal, maxRowsInMemory: 100 })
  expect(await work).toMatchObject({ verdict: 'unknown', stoppedBy: 'deadline' })
})

describe('a run whose time is up while it compares', () => {
  test('says how far it came, and the next run does the rest', async () => {
    const clock = manualClock()
    const table = memoryTable(['A', 'B', 'C', 'D'].map((name) => sku(name, 2)))
    const east = memoryTarget({ clock })
    const slow = (): Snapshot =>
      placeOf('key', async function* ({ after }) {
        for (const name of ['A', 'B', 'C', 'D'].filter((one) => after === undefined || one > after)) {
          await clock.sleep(10_000)
          yield rowsOf(name)
        }
      })
    const rules = { table, clock, targets: { east }, settleMs: 1_000, mode: 'apply', maxRepairRatio: 1 } as const
    const stop = new AbortController()
    const work = reconcile({ source: slow(), warehouses: { east: slow() } }, { ...rules, signal: stop.signal })
    await clock.advance(25_000)
    stop.abort()
    const first = await clock.settle(work)
    expect(first).toMatchObject({ stoppedBy: 'deadline', verdict: 'unknown', sourceRows: 1, resumeFrom: 'A' })
  })
})
