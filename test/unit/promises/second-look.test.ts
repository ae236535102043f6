import { createStreamSyncHandler, type BatchTarget, type InventoryItem } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { contextFor, failedOf, insert, inserts, modify, scriptedTarget, sequence } from '../../support/sync-kit.ts'

describe('P6 time that passes while no timer can fire', () => {
  test.each([
    ['one by one', 1],
    ['in batches', 2],
  ])('a target that takes it without a turn of the event loop is left in time, %s', async (_, size) => {
    let now = 0
    const passing = { ...manualClock(), monotonic: () => now }
    const answer = () => {
      now += 50
      return 'applied' as const
    }
    const west =
      size === 1
        ? scriptedTarget(answer)
        : { batchSize: size, applyBatch: async (changes: readonly unknown[]) => changes.map(answer) }
    const handler = createStreamSyncHandler({ targets: { west }, clock: passing, deadlineMarginMs: 200 })
    const response = await handler(streamEvent(inserts(100)), contextFor(passing, 1_000))
    expect(now).toBeLessThan(1_000)
    expect(failedOf(response)).toHaveLength(100 - now / 50)
  })

  test('a target is told its time in whole milliseconds, one at least', async () => {
    const told: number[] = []
    let now = 0
    const passing = { ...manualClock(), monotonic: () => now }
    const west = scriptedTarget((_, { timeoutMs }) => {
      told.push(timeoutMs)
      now += 33.3
      return 'applied'
    })
    const handler = createStreamSyncHandler({ targets: { west }, clock: passing, deadlineMarginMs: 100 })
    await handler(streamEvent(inserts(20)), contextFor(passing, 500))
    expect(told.length).toBeGreaterThan(5)
    for (const ms of told) expect(ms).toBe(Math.max(1, Math.floor(ms)))
  })
})

test('P7 an asynchronous filter that rejects leaves no rejection behind', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const when = (async () => Promise.reject(new Error('down'))) as never
  const dlq = memoryDlq()
  await createStreamSyncHandler({ targets: { west: memoryTarget() }, when, dlq })(streamEvent(inserts(1)))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  expect(dlq.letters()).toMatchObject([{ type: 'poison' }])
})

test('P1 a sink whose answer throws where it is looked at refused everything', async () => {
  const answer = new Proxy([], {
    get: (_, name) => {
      if (name === 'then') return undefined
      throw new Error('do not look')
    },
  })
  const clock = manualClock()
  const response = await clock.settle(
    createStreamSyncHandler({
      targets: { west: { target: scriptedTarget(() => Promise.reject(new Error('down'))), retry: { maxAttempts: 1 } } },
      dlq: { send: () => ({ then: (take: (value: unknown) => void) => take(answer) }) as never },
      clock,
    })(streamEvent([insert('A1', 1, 1)])),
  )
  expect(failedOf(response)).toEqual([sequence(1)])
})

test('P5 batches are sorted by key also where lanes go on', async () => {
  const calls: string[] = []
  const west: BatchTarget<InventoryItem> = {
    batchSize: 2,
    applyBatch: async (changes) => {
      calls.push(changes.map(({ key }) => key).join())
      return changes.map(() => 'applied')
    },
  }
  const handler = createStreamSyncHandler({
    targets: { west: { target: west, concurrency: 1 } },
    coalesce: false,
  })
  const item = (sku: string, quantity: number) => ({ sku, quantity })
  const records = ['a', 'b', 'c'].map((sku, n) => insert(sku, 1, n + 1))
  const later = ['a', 'b', 'c'].map((sku, n) => modify(item(sku, 1), item(sku, 2), n + 4))
  await handler(streamEvent([...records, ...later]))
  expect(calls).toEqual(['a,b', 'a,c', 'b,c'])
})

test.each([
  ['of another key', { key: 'A', item: { sku: 'a', quantity: 5 } }],
  ['of another item', { item: { sku: 'z', quantity: 5 } }],
])('P1 a table that answers a row %s has not said that the row is gone', async (_, row) => {
  const west = memoryTarget()
  const table = { read: async () => [row], snapshot: () => Promise.reject(new Error('not asked')) as never }
  const handler = createStreamSyncHandler({ targets: { west }, table })
  const [record] = streamEvent([insert('a', 5, 1)]).Records
  const keysOnly = { ...record!.dynamodb, NewImage: undefined }
  const response = await handler({ Records: [{ ...record!, dynamodb: keysOnly }] })
  expect(failedOf(response)).toEqual([sequence(1)])
  expect(west.changes()).toEqual([])
})
