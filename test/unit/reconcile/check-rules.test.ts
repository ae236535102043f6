import { inventoryItem, merge, reconcile, type InventoryItem, type ReconcileOptions } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { memoryTable } from '../../support/memory-table.ts'

/** Reconciles nothing, with these options as JavaScript may give them. */
function reconciled(options: object) {
  const clock = manualClock()
  const given = { clock, ...options } as ReconcileOptions<InventoryItem, 'east'>
  return clock.settle(reconcile({ source: [], warehouses: { east: [] } }, given))
}

const longest = 2_147_483_647
const counted = (quantity: (row: never) => unknown) => ({ ...inventoryItem, quantity })
const versioned = { ...inventoryItem, version: { attribute: 'at' } }
const elsewhere = counted(({ stock }: { stock: { units: number } }) => stock.units)
const lagMs = async () => 0

describe('P12 options that cannot work', () => {
  const milliseconds = 'does not work. Use milliseconds from 0 up.'
  const whole = 'does not work. Use a whole number from 0 up.'
  const ratio = 'does not work. Use a number from 0 to 1; 1: no limit.'
  const pace = 'does not work. Use a number above 0, up to 1000000.'
  const pages = 'does not work. Use milliseconds from 1 up.'
  const table = 'does not work. Give a source table, such as dynamoDbTable({ tableName }).'
  const compare = 'does not work. Use { tolerance: 0 or more } or a function.'
  const authority = "does not work. Use 'table' or a merge rule, such as merge."
  const zero =
    "'zero' writes the attribute `quantity`, and this item's quantity is elsewhere. Use 'remove' or 'report'."
  const sequence =
    "a rule compares versions, and version 'sequence' is not in the table's rows. Set item.version to { attribute: '…' }."
  const ignored = "would take what ttl: 'ignore' leaves at the targets. Use 'report', or ttl: 'propagate'."

  test.each<[message: string, options: object]>([
    ["mode: 'repair' does not work. Use 'plan' or 'apply'.", { mode: 'repair' }],
    [`table: an object ${table}`, { table: {} }],
    [`table: an object ${table}`, { table: { ...memoryTable([]), read: undefined } }],
    [`authority: 'merge' ${authority}`, { authority: 'merge', item: versioned }],
    [`authority: an object ${authority}`, { authority: {}, item: versioned }],
    [`authority: ${sequence}`, { authority: merge }],
    [`authority: ${sequence}`, { authority: merge, item: inventoryItem }],
    [`compare: null ${compare}`, { compare: null }],
    [`compare: 'tolerance' ${compare}`, { compare: 'tolerance' }],
    [`compare: an object ${compare}`, { compare: {} }],
    [`compare: an object ${compare}`, { compare: { tolerance: -1 } }],
    [`compare: an object ${compare}`, { compare: { tolerance: '1' } }],
    [`compare: an object ${compare}`, { compare: { tolerance: 1, fields: ['quantity'] } }],
    ["orphans: 'erase' does not work. Use 'report', 'zero' or 'remove'.", { orphans: 'erase' }],
    [`orphans: 'zero' ${ignored}`, { orphans: 'zero', ttl: 'ignore' }],
    [`orphans: 'remove' ${ignored}`, { orphans: 'remove', ttl: 'ignore' }],
    [`orphans: ${zero}`, { orphans: 'zero', item: counted(() => 0) }],
    [`orphans: ${zero}`, { orphans: 'zero', item: counted(() => 7) }],
    [`orphans: ${zero}`, { orphans: 'zero', item: elsewhere }],
    [`settleMs: NaN ${milliseconds}`, { settleMs: Number.NaN }],
    [`settleMs: -1 ${milliseconds}`, { settleMs: -1 }],
    [`settleMs: '5' ${milliseconds}`, { settleMs: '5' }],
    [`settleMs: 2147483648 ${milliseconds}`, { settleMs: longest + 1 }],
    ['lagMs: 5 does not work. Give a function that answers with milliseconds.', { lagMs: 5 }],
    [`maxLagMs: -1 ${milliseconds}`, { maxLagMs: -1, lagMs }],
    [`maxLagMs: 2147483648 ${milliseconds}`, { maxLagMs: longest + 1, lagMs }],
    ['maxLagMs: 5 is compared with nothing. Give `lagMs` too.', { maxLagMs: 5 }],
    [`repairsPerSecond: 0 ${pace}`, { repairsPerSecond: 0 }],
    [`repairsPerSecond: -1 ${pace}`, { repairsPerSecond: -1 }],
    [`repairsPerSecond: 1000001 ${pace}`, { repairsPerSecond: 1_000_001 }],
    [`maxRepairs: -1 ${whole}`, { maxRepairs: -1 }],
    [`maxRepairs: 1.5 ${whole}`, { maxRepairs: 1.5 }],
    [`maxRepairRatio: -0.01 ${ratio}`, { maxRepairRatio: -0.01 }],
    [`maxRepairRatio: 1.01 ${ratio}`, { maxRepairRatio: 1.01 }],
    [`pageTimeoutMs: 0.5 ${pages}`, { pageTimeoutMs: 0.5 }],
    [`pageTimeoutMs: 2147483648 ${pages}`, { pageTimeoutMs: longest + 1 }],
    [`maxRowsInMemory: -1 ${whole}`, { maxRowsInMemory: -1 }],
    [`maxRowsInMemory: 1.5 ${whole}`, { maxRowsInMemory: 1.5 }],
    [`maxRowsInMemory: '5' ${whole}`, { maxRowsInMemory: '5' }],
    ['lock: an object does not work. Give a lock with an `acquire` method.', { lock: {} }],
    ['pending: a list of 0 does not work. Give a function that answers with keys.', { pending: [] }],
    ["onDrift: 'log' does not work. Give a function.", { onDrift: 'log' }],
    ['signal: an object does not work. Give an AbortSignal.', { signal: { aborted: false } }],
    ["resumeFrom: 5 does not work. Give a report's `resumeFrom`, or nothing.", { resumeFrom: 5 }],
    ["targets.east: is missing, and mode 'apply' repairs through it. Give the target.", { mode: 'apply', targets: {} }],
  ])('%s', async (message, options) => {
    const [field] = message.split(':')
    await expect(reconciled(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID', field, message })
  })

  test.each<object>([
    { mode: 'plan', authority: 'table', orphans: 'report', compare: { tolerance: 0 } },
    { ...{ settleMs: 0, lagMs, maxLagMs: 0, repairsPerSecond: Number.MIN_VALUE, maxRepairs: 0, maxRepairRatio: 0 } },
    { ...{ settleMs: longest, lagMs, maxLagMs: longest, repairsPerSecond: 1_000_000, maxRepairRatio: 1 } },
    { pageTimeoutMs: 1, maxRowsInMemory: 0 },
    { pageTimeoutMs: longest, compare: { tolerance: Number.MAX_VALUE } },
    { authority: merge, item: versioned },
    { orphans: 'report', ttl: 'ignore' },
    { orphans: 'report', item: elsewhere },
    { orphans: 'remove', item: elsewhere },
    { orphans: 'zero', item: counted(({ quantity }: InventoryItem) => quantity) },
  ])('%o can', async (options) => {
    await expect(reconciled(options)).resolves.toMatchObject({ verdict: 'equal' })
  })
})
