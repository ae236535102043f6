import { inventoryItem, reconcile, type InventoryItem, type Snapshot, type SourceTable } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget, type MemoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { memoryTable } from '../../support/memory-table.ts'

const version = '000000/2026-01-01T00:00:00.000/0000000000000000000000000000000000000001'

async function eastWith(quantity: number): Promise<MemoryTarget<InventoryItem>> {
  const east = memoryTarget()
  const facts = { id: 'A', key: 'A', keyAttributes: { sku: 'A' }, version, changedAt: new Date(0) }
  const context = { target: 'east', signal: new AbortController().signal, attempt: 1, timeoutMs: 5_000 }
  await east.apply({ ...facts, type: 'upsert', item: { sku: 'A', quantity } }, context)
  return east
}

/** East holds what the table's snapshot does not: an orphan, if the second look says so too. */
async function reconciled(options: object, east: MemoryTarget<InventoryItem>, source = memoryTable([]).snapshot()) {
  const clock = manualClock()
  const rules = { mode: 'apply', maxRepairRatio: 1, orphans: 'remove', clock, targets: { east } } as const
  const work = reconcile({ source, warehouses: { east: east.snapshot() } }, { ...rules, ...options })
  return clock.settle(work)
}

const garbage: readonly [string, unknown][] = [
  ['null', null],
  ['undefined', undefined],
  ['an empty text', ''],
  ['a set', new Set()],
  ['an empty binary', new Uint8Array()],
  ['an object', {}],
  ['rows of null', [null]],
  ['rows without items', [{ key: 'A' }]],
  ['rows without keys', [{ item: { quantity: 1 } }]],
  ['a row that nobody asked for', [{ item: { sku: 'B', quantity: 1 } }]],
]

describe('P11 what is no answer decides nothing', () => {
  test.each(garbage)('a table whose read answers with %s removes no stock', async (_, answer) => {
    const east = await eastWith(5)
    const table: SourceTable = { ...memoryTable([]), read: async () => answer as never }
    expect(await reconciled({ table }, east)).toMatchObject({
      verdict: 'unknown',
      warehouses: { east: { complete: false, orphan: 0, repairs: { planned: 0, applied: 0 } } },
    })
    expect(east.items()).toEqual([{ sku: 'A', quantity: 5 }])
  })

  test.each(garbage)('a warehouse whose read answers with %s is not repaired', async (_, answer) => {
    const east = await eastWith(5)
    const blind = { ...east, read: async () => answer as never }
    expect(await reconciled({ table: memoryTable([{ sku: 'A', quantity: 7 }]) }, blind)).toMatchObject({
      verdict: 'unknown',
      warehouses: { east: { complete: false, repairs: { applied: 0 } } },
    })
    expect(east.changes()).toHaveLength(1)
  })

  test.each([
    ['null', null],
    ['neither a value nor issues', {}],
    ['an issue that is null', { issues: [null] }],
    ['an issue whose path is a number', { issues: [{ message: 'wrong', path: 5 }] }],
  ])('a row whose schema answers with %s is present and invalid: its stock is not removed', async (_, answer) => {
    const east = await eastWith(5)
    const validate = () => answer as never
    const item = { ...inventoryItem, schema: { '~standard': { version: 1, vendor: 'test', validate } } as const }
    const table = memoryTable([{ sku: 'A', quantity: 7 }])
    expect(await reconciled({ item, table }, east, table.snapshot())).toMatchObject({
      invalid: 1,
      warehouses: { east: { orphan: 0, mismatch: 0, repairs: { planned: 0 } } },
    })
    expect(east.items()).toEqual([{ sku: 'A', quantity: 5 }])
  })

  test('a table that says of each key that it is gone removes it', async () => {
    const east = await eastWith(5)
    expect(await reconciled({ table: memoryTable([]) }, east)).toMatchObject({
      warehouses: { east: { orphan: 1, repairs: { applied: 1 } } },
    })
    expect(east.items()).toEqual([])
  })

  test.each([
    ['null', null],
    ['an empty text', ''],
    ['a set', new Set(['A'])],
    ['keys that are objects', [{ key: 'A' }]],
    ['a key, and no text', ['B', 7]],
  ])('a pending that answers with %s does not say that nothing is parked', async (_, answer) => {
    const east = await eastWith(5)
    expect(await reconciled({ pending: async () => answer as never }, east)).toMatchObject({
      verdict: 'unknown',
      warehouses: { east: { complete: false, repairs: { applied: 0 } } },
    })
    expect(east.items()).toEqual([{ sku: 'A', quantity: 5 }])
  })

  test.each([null, '', [], true])('a lag of %j is not known, and stops the repairs', async (lag) => {
    const east = await eastWith(5)
    expect(await reconciled({ lagMs: async () => lag as never }, east)).toMatchObject({ stoppedBy: 'lag' })
    expect(east.items()).toEqual([{ sku: 'A', quantity: 5 }])
  })

  test.each([null, '', new Set()])('a page that is none makes its snapshot incomplete: %o', async (page) => {
    const east = await eastWith(5)
    const source: Snapshot = {
      order: 'none',
      async *pages() {
        yield page as never
      },
    }
    expect(await reconciled({}, east, source)).toMatchObject({ verdict: 'unknown' })
    expect(east.items()).toEqual([{ sku: 'A', quantity: 5 }])
  })
})
