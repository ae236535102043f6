import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import {
  createReconcileHandler,
  mergeReports,
  type Change,
  type InventoryItem,
  type ReconcileReport,
} from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { byWeight } from '../../src/reconcile/drift-order.ts'
import { memoryTable } from '../support/memory-table.ts'

const keys = fc.oneof(fc.constantFrom('A', 'B', '😀', '\uffee'), fc.string({ minLength: 1, maxLength: 3 }))
const stock = fc.dictionary(keys, fc.integer({ min: 0, max: 5 }), { maxKeys: 30, noNullPrototype: true })
type Stock = Readonly<Record<string, number>>

const itemsOf = (held: Stock): InventoryItem[] => Object.entries(held).map(([sku, quantity]) => ({ sku, quantity }))
const context = { target: 'east', signal: new AbortController().signal, attempt: 1, timeoutMs: 5_000 }

async function targetWith(held: Stock) {
  const target = memoryTarget()
  for (const item of itemsOf(held)) {
    const version = `000000/2026-01-01T00:00:00.000/${'1'.padStart(40, '0')}`
    const facts = { key: item.sku, keyAttributes: { sku: item.sku }, version, changedAt: new Date(0) }
    const change: Change<InventoryItem> = { ...facts, id: item.sku, type: 'upsert', item }
    await target.apply(change, context)
  }
  return target
}

/** Runs the handler on worlds that are made anew, once for each partition. */
async function run(table: Stock, east: Stock, west: Stock, mode: 'plan' | 'apply', parts: readonly object[]) {
  const clock = manualClock()
  const source = memoryTable(itemsOf(table))
  const targets = { east: await targetWith(east), west: { target: await targetWith(west), when: isOdd } }
  const rules = { clock, settleMs: 0, maxRepairRatio: 1, orphans: 'remove', mode } as const
  const handler = createReconcileHandler({ ...rules, table: source, targets })
  const reports: ReconcileReport<InventoryItem>[] = []
  for (const event of parts) reports.push(await clock.settle(handler(event, undefined as never)))
  return reports
}

const isOdd = ({ quantity }: InventoryItem) => quantity % 2 === 1

/** All but what tells one run from another. */
function facts({ sample, ...report }: ReconcileReport<InventoryItem>): object {
  return { ...report, runId: '', startedAt: 0, endedAt: 0, sample: [...sample].sort(byWeight) }
}

test.prop([stock, stock, stock, fc.integer({ min: 1, max: 5 }), fc.constantFrom('plan', 'apply')])(
  'the reports of all partitions, merged, are the report of a single run',
  async (table, east, west, count, mode) => {
    const [single] = await run(table, east, west, mode, [{}])
    const events = Array.from({ length: count }, (_, index) => ({ partition: { index, count } }))
    const merged = mergeReports(await run(table, east, west, mode, events))
    expect(facts(merged)).toEqual(facts(single!))
  },
)
