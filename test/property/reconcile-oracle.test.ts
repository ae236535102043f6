import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  createReconcileHandler,
  reconcile,
  type InventoryItem,
  type ReconcileReport,
  type Snapshot,
  type SnapshotContext,
  type SnapshotEntry,
} from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { memoryTable } from '../support/memory-table.ts'

const skus = fc.oneof(
  fc.constantFrom('A', 'B', 'C', 'a', '~', '\ud7ff', '\ue000', '\uffee', '😀', '\u{10fffd}', 'A\u0000', '__proto__'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
)
const row = fc.record({ sku: skus, quantity: fc.integer({ min: 0, max: 3 }) })
const place = fc.record({
  rows: fc.array(row, { maxLength: 12 }),
  sorted: fc.boolean(),
  pageRows: fc.integer({ min: 1, max: 4 }),
  tombstones: fc.array(skus, { maxLength: 2 }),
})
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never

const version = '000000/2026-01-01T00:00:00.000/0000000000000000000000000000000000000001'
/** Without `read` and `snapshot`: what the first look finds stands. */
const blind = { apply: async () => 'applied' as const }
const bytes = (text: string) => Buffer.from(text)
const inOrder = (a: SnapshotEntry, b: SnapshotEntry) =>
  Buffer.compare(bytes(String(a.item['sku'])), bytes(String(b.item['sku'])))

function entriesOf({ rows, tombstones }: Place): readonly SnapshotEntry[] {
  const held = new Set(rows.map(({ sku }) => sku))
  const removed = [...new Set(tombstones)].filter((sku) => !held.has(sku))
  return [
    ...rows.map((item) => ({ item })),
    ...removed.map((sku) => ({ item: { sku }, version, removed: true as const })),
  ]
}

/** A place as pages, sorted or not, that may or may not obey a range. */
function snapshotOf(given: Place, obeys = false): Snapshot {
  const entries = entriesOf(given)
  const sorted = given.sorted ? [...entries].sort(inOrder) : entries
  return {
    order: given.sorted ? 'key' : 'none',
    async *pages({ after }: SnapshotContext) {
      const wanted = sorted.filter(
        ({ item }) => !obeys || after === undefined || Buffer.compare(bytes(String(item['sku'])), bytes(after)) > 0,
      )
      for (let start = 0; start < wanted.length; start += given.pageRows)
        yield wanted.slice(start, start + given.pageRows)
      return { startedAt: new Date(0), endedAt: new Date(0), complete: true, rows: wanted.length }
    },
  }
}

interface Expected {
  rows: number
  expected: number
  missing: number
  mismatch: number
  orphan: number
  duplicate: number
}

const big = ({ quantity }: InventoryItem) => quantity >= 1

/** What the issue says, in the plainest way: a map per place. */
function oracle(source: Place, held: Place, when?: (item: InventoryItem) => boolean): Expected {
  const group = (rows: Place['rows']) => {
    const all = new Map<string, InventoryItem[]>()
    for (const one of rows) all.set(one.sku, [...(all.get(one.sku) ?? []), one])
    return all
  }
  const [table, place] = [group(source.rows), group(held.rows)]
  const counts = { rows: place.size, expected: 0, missing: 0, mismatch: 0, orphan: 0, duplicate: 0 }
  const tombstones = new Set(held.tombstones)
  for (const sku of new Set([...table.keys(), ...place.keys(), ...tombstones])) {
    const rows = table.get(sku) ?? []
    const theirs = place.get(sku) ?? []
    const item = rows[0] && (!when || when(rows[rows.length - 1] as InventoryItem)) ? rows[rows.length - 1] : undefined
    if (item) counts.expected++
    const isThere = theirs.length > 0 || tombstones.has(sku)
    if (theirs.length > 1 || (rows.length > 1 && (item || isThere))) counts.duplicate++
    else if (item && theirs.length === 0) counts.missing++
    else if (!item && theirs.length > 0) counts.orphan++
    else if (item && theirs[0]?.quantity !== item.quantity) counts.mismatch++
  }
  return counts
}

const countsOf = (report: ReconcileReport<InventoryItem>, name: string): Expected => {
  const { rows, expected, missing, mismatch, orphan, duplicate } = report.warehouses[name]!
  return { rows, expected, missing, mismatch, orphan, duplicate }
}

describe('reconcile against brute force', () => {
  test.prop([place, place, place])('any places, in any order, in any pages', async (source, east, west) => {
    const warehouses = { east: snapshotOf(east), west: snapshotOf(west) }
    const seen: string[] = []
    const report = await reconcile(
      { source: snapshotOf({ ...source, tombstones: [] }), warehouses },
      {
        targets: { east: { target: blind, when: big }, west: blind },
        onDrift: (d) => void seen.push(d.warehouse),
      },
    )
    expect(countsOf(report, 'east')).toEqual(oracle(source, east, big))
    expect(countsOf(report, 'west')).toEqual(oracle(source, west))
    const drift = [report.warehouses.east, report.warehouses.west].map(
      (w) => w.missing + w.mismatch + w.orphan + w.duplicate,
    )
    expect(['east', 'west'].map((name) => seen.filter((one) => one === name).length)).toEqual(drift)
    expect(report.sourceRows).toBe(new Set(source.rows.map(({ sku }) => sku)).size)
  })

  test.prop([place, place, skus, fc.boolean()])(
    'from a key on, whether or not the place obeys: what is above it, and nothing else',
    async (source, east, after, obeys) => {
      const above = (given: Place): Place => ({
        ...given,
        rows: given.rows.filter(({ sku }) => Buffer.compare(bytes(sku), bytes(after)) > 0),
        tombstones: given.tombstones.filter((sku) => Buffer.compare(bytes(sku), bytes(after)) > 0),
      })
      const snapshots = {
        source: snapshotOf({ ...source, tombstones: [] }, obeys),
        warehouses: { east: snapshotOf(east, obeys) },
      }
      const report = await reconcile(snapshots, { resumeFrom: after })
      expect(countsOf(report, 'east')).toEqual(oracle(above(source), above(east)))
    },
  )

  test.prop([place, place, fc.integer({ min: 1, max: 4 }), skus])(
    'in parts, by hash or by range: together they are the whole',
    async (source, east, count, middle) => {
      const table = { ...memoryTable([]), snapshot: () => snapshotOf({ ...source, tombstones: [] }) }
      const target = blind
      const whole = oracle(source, east)
      const parts = [
        Array.from({ length: count }, (_, index) => ({ partition: { index, count } })),
        [{ partition: { until: middle } }, { partition: { after: middle } }],
      ]
      for (const events of parts) {
        const sum = { rows: 0, expected: 0, missing: 0, mismatch: 0, orphan: 0, duplicate: 0 }
        const clock = manualClock()
        const part = createReconcileHandler({
          table: lookless(table, source),
          targets: { east: target },
          snapshots: { east: snapshotOf(east) },
          clock,
        })
        for (const event of events) {
          const counts = countsOf(await clock.settle(part(event)), 'east')
          for (const name of Object.keys(sum) as (keyof Expected)[]) sum[name] += counts[name]
        }
        expect(sum).toEqual(whole)
      }
    },
  )
})

/** The table answers the second look as its snapshot did. */
function lookless(table: ReturnType<typeof memoryTable>, { rows }: Place) {
  const held = new Map(rows.map((item) => [item.sku, item]))
  return {
    ...table,
    read: async (keys: readonly { readonly key: string }[]) =>
      keys.flatMap(({ key }) => (held.has(key) ? [{ item: held.get(key)! }] : [])),
  }
}
