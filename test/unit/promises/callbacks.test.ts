import {
  createQueueSyncHandler,
  createStreamSyncHandler,
  inventoryItem,
  type EventDecoder,
  type InventoryItem,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryTarget, streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, test, vi } from 'vitest'
import { failedOf, insert, letterOf, modify, queueEvent, scriptedTarget, tableOf } from '../../support/sync-kit.ts'

type When = (item: InventoryItem) => boolean

describe('P7 a filter', () => {
  test('is asked once for each image, so that it cannot throw or answer anew where nobody judges it', async () => {
    const asked: unknown[] = []
    const when: When = (item) => {
      if (asked.includes(item)) throw new Error('asked twice')
      asked.push(item)
      return item['site'] !== 'north'
    }
    const [west, dlq] = [memoryTarget(), memoryDlq()]
    const handler = createStreamSyncHandler({ targets: { west: { target: west, when } }, dlq })
    const event = streamEvent([
      insert('A1', 1, 1),
      modify({ sku: 'B2', quantity: 1, site: 'north' }, { sku: 'B2', quantity: 2 }, 2),
      modify({ sku: 'C3', quantity: 1 }, { sku: 'C3', quantity: 2, site: 'north' }, 3),
    ])
    expect(failedOf(await handler(event))).toEqual([])
    expect(dlq.letters()).toEqual([])
    expect(west.changes().map(({ key, type }) => `${key} ${type}`)).toEqual(['A1 upsert', 'B2 upsert', 'C3 removal'])
    expect(asked).toHaveLength(5)
  })

  test.for([1, 2, 3, 4])('that throws from call %i on makes poison, and the handler answers', async (from) => {
    let calls = 0
    const when: When = () => {
      if (++calls >= from) throw new Error('filter bug')
      return true
    }
    const [west, dlq] = [memoryTarget(), memoryDlq()]
    const handler = createStreamSyncHandler({ targets: { west: { target: west, when } }, dlq })
    expect(failedOf(await handler(streamEvent([insert('A1', 1, 1), insert('B2', 1, 2), insert('C3', 1, 3)])))).toEqual(
      [],
    )
    expect(west.items()).toHaveLength(from - 1)
    expect(dlq.letters()).toHaveLength(4 - from)
  })

  const oddAnswers = [Promise.resolve(true), undefined, 1, 'true', null]
  test.each(oddAnswers)('that answers %o makes poison of its records, and says what it must answer', async (answer) => {
    const odd = (() => answer) as unknown as When
    for (const filters of [{ when: odd }, { when: odd, route: () => true }, { when: () => true, route: odd }]) {
      const [west, dlq] = [memoryTarget(), memoryDlq()]
      const targets = { west: { target: west, when: filters.route } }
      const handler = createStreamSyncHandler({ targets, when: filters.when, dlq })
      expect(failedOf(await handler(streamEvent([insert('A1', 1, 1)])))).toEqual([])
      expect(west.changes()).toEqual([])
      expect(dlq.letters()[0]?.reason).toContain('`when` must answer true or false at once')
    }
  })

  test('that is asynchronous keeps letters in their queue', async () => {
    const west = { target: scriptedTarget(), when: (() => Promise.resolve(false)) as unknown as When }
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([{ sku: 'A1', quantity: 1 }]) })
    expect(failedOf(await handler(queueEvent([letterOf(streamRecord(insert('A1', 1, 1)))])))).toEqual(['m1'])
    expect(west.target.calls).toEqual([])
  })
})

describe('P7 a schema', () => {
  const thenable = { value: { sku: 'A1', quantity: 1 }, then: (_: unknown, failed: () => void) => failed() }
  const odd: readonly (readonly [answer: unknown, reason: string])[] = [
    [undefined, 'neither a `value` of its own'],
    [null, 'neither a `value` of its own'],
    [true, 'neither a `value` of its own'],
    [{}, 'neither a `value` of its own'],
    [Object.create({ value: { sku: 'A1', quantity: 1 } }), 'neither a `value` of its own'],
    [{ value: { sku: 'A1', quantity: 1 }, issues: 'many' }, 'neither a `value` of its own'],
    [thenable, 'answers with a promise'],
    [{ issues: [] }, 'fails the item schema'],
    [{ issues: [{ message: 'no', path: [{ key: 'sku' }, 0] }] }, 'fails the item schema at sku.0'],
  ]
  test.each(odd)('that answers %o makes poison of its record', async (answer, reason) => {
    const validate = (row: unknown) => (Object.keys(row as object).length === 0 ? { issues: [] } : answer) as never
    const item = { ...inventoryItem, schema: { '~standard': { version: 1 as const, vendor: 'test', validate } } }
    const [west, dlq] = [memoryTarget(), memoryDlq()]
    const handler = createStreamSyncHandler({ item, targets: { west }, dlq })
    expect(failedOf(await handler(streamEvent([insert('A1', 1, 1)])))).toEqual([])
    expect(west.changes()).toEqual([])
    expect(dlq.letters()[0]?.reason).toContain(reason)
  })

  test('may answer with a value that is undefined of issues, or null', async () => {
    for (const issues of [undefined, null]) {
      const validate = (value: unknown) => ({ value, issues }) as never
      const item = { ...inventoryItem, schema: { '~standard': { version: 1 as const, vendor: 'test', validate } } }
      const west = memoryTarget()
      await createStreamSyncHandler({ item, targets: { west } })(streamEvent([insert('A1', 1, 1)]))
      expect(west.changes()).toHaveLength(1)
    }
  })
})

test('P7 the issues of a second loaded copy’s error reach the letter, and garbage in their place does not', async () => {
  vi.resetModules()
  const copy = await import('../../../src/errors.ts')
  const issues = [{ path: 'quantity', message: 'too many' }, { path: 5 }, null]
  const error = new copy.DecodeError('Refused elsewhere.', { issues: issues as never })
  const events: EventDecoder<unknown> = { sequenced: true, decode: () => [{ itemIdentifier: '1', error, raw: {} }] }
  const dlq = memoryDlq()
  await createStreamSyncHandler({ targets: { west: memoryTarget() }, dlq, events })({})
  expect(dlq.letters()[0]?.reason).toContain('Refused elsewhere.')
  expect(dlq.letters()[0]?.reason).toContain('quantity: too many')
})
