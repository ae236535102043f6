import { createReconcileHandler } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { memoryTable } from '../../support/memory-table.ts'

const rows = ['A', 'B', 'C', 'D'].map((sku) => ({ sku, quantity: 1 }))
const blind = { apply: async () => 'applied' as const }

/** Of east and west, which lack every row, unless the options say otherwise. */
function handlerWith(options: object = {}) {
  const clock = manualClock()
  const targets = { east: memoryTarget(), west: memoryTarget() }
  const handler = createReconcileHandler({ clock, table: memoryTable(rows), settleMs: 0, targets, ...options })
  return (event: unknown) => clock.settle(handler(event))
}

describe('P12 a handler that cannot work is not made', () => {
  const given = memoryTarget().snapshot()
  const remedy = 'is no snapshot. Give one, such as csvSnapshot({ file }).'
  const missing = 'is missing, and the target has no snapshot of its own. Give one.'

  test.each<[message: string, options: object]>([
    ['table: is missing, and it is what the targets are compared with. Give dynamoDbTable(…).', { table: undefined }],
    [`snapshots.east: ${remedy}`, { snapshots: { east: null } }],
    [`snapshots.west: ${remedy}`, { snapshots: { west: [] } }],
    ['snapshots.north: belongs to no target. Remove it or correct its name.', { snapshots: { north: given } }],
    ['snapshots.toString: belongs to no target. Remove it or correct its name.', { snapshots: { toString: given } }],
    [`snapshots.east: ${missing}`, { targets: { east: blind } }],
    [`snapshots.west: ${missing}`, { targets: { east: memoryTarget(), west: blind } }],
    [`snapshots.west: ${missing}`, { targets: { east: blind, west: blind }, snapshots: { east: given } }],
  ])('%s', (message, options) => {
    const [field] = message.split(':')
    const refused: unknown = expect.objectContaining({ code: 'CONFIG_INVALID', field, message })
    expect(() => handlerWith(options)).toThrow(refused)
  })

  test('a target without a snapshot takes the one that is given', async () => {
    const report = await handlerWith({ targets: { east: blind }, snapshots: { east: given } })({})
    expect(report.warehouses.east.missing).toBe(4)
  })
})

describe('an event asks for', () => {
  test.each([
    [{ index: 0, count: 1 }, ['A', 'B', 'C', 'D']],
    [{ after: 'B' }, ['C', 'D']],
    [{ until: 'B' }, ['A', 'B']],
    [{ after: 'A', until: 'C' }, ['B', 'C']],
    [{ index: 0, count: 1, after: 'C' }, ['D']],
    [{ index: 0, count: 1, after: 'A', until: 'B' }, ['B']],
  ])('the part %j', async (partition, keys) => {
    const { sample } = await handlerWith()({ partition })
    expect([...new Set(sample.map(({ key }) => key))].sort()).toEqual(keys)
  })

  test.each([
    null,
    'B',
    {},
    { index: 0 },
    { count: 2 },
    { index: 0, after: 'A' },
    { count: 2, after: 'A' },
    { index: 2, count: 2, after: 'A' },
    { index: 2, count: 2 },
    { index: -1, count: 2 },
    { index: 0.5, count: 2 },
    { index: 0, count: 1.5 },
    { index: '0', count: 2 },
    { index: 0, count: '2' },
    { index: 0, count: 2, after: 5 },
    { index: 0, count: 2, until: null },
    { after: 5 },
    { after: 'A', until: 5 },
  ])('no part such as %j', async (partition) => {
    const message =
      "partition: is none. Give { index: 0, count: 4 }: whole numbers, the index below the count; or { after: 'A', until: 'M' }."
    await expect(handlerWith()({ partition })).rejects.toMatchObject({ field: 'partition', message })
  })

  test('the keys after those of a former report, rather than after those of the options', async () => {
    const handler = handlerWith({ resumeFrom: 'A' })
    expect((await handler({})).sourceRows).toBe(3)
    expect((await handler({ resumeFrom: 'C' })).sourceRows).toBe(1)
  })

  test.each([5, null, { key: 'C' }])('no place to go on such as %j', async (resumeFrom) => {
    const message = "resumeFrom: is no text. Give a report's `resumeFrom`, or nothing."
    await expect(handlerWith()({ resumeFrom })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message })
  })
})
