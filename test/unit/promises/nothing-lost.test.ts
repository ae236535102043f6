import { createStreamSyncHandler, TargetRejectedError, TargetUnavailableError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import {
  failedOf,
  insert,
  inserts,
  modify,
  never,
  scriptedDlq,
  scriptedTarget,
  sequence,
} from '../../support/sync-kit.ts'

const rejecting = () => {
  throw new TargetRejectedError('No such shelf.')
}

describe('P1 a record is done', () => {
  test.each(['applied', 'stale', 'unchanged'] as const)('P1 when its target answers %s', async (answer) => {
    const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(() => answer) } })
    expect(failedOf(await handler(streamEvent([insert('A1', 5, 1)])))).toEqual([])
  })

  test('P1 when no target cares about it', async () => {
    const west = scriptedTarget()
    const handler = createStreamSyncHandler({ targets: { west: { target: west, when: () => false } } })
    expect(failedOf(await handler(streamEvent([insert('A1', 5, 1)])))).toEqual([])
    expect(west.calls).toEqual([])
  })

  test('P1 when the sink has parked its failed delivery, with the raw record', async () => {
    const dlq = memoryDlq()
    const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting), east: memoryTarget() }, dlq })
    const event = streamEvent([insert('A1', 5, 1)])
    expect(failedOf(await handler(event))).toEqual([])
    expect(dlq.letters()).toMatchObject([
      { type: 'delivery', target: 'west', key: 'A1', code: 'TARGET_REJECTED', attempts: 1, record: event.Records[0] },
    ])
  })

  test('P1 only when every one of its deliveries is', async () => {
    const handler = createStreamSyncHandler({
      targets: { west: memoryTarget(), east: scriptedTarget(rejecting), north: memoryTarget() },
    })
    expect(failedOf(await handler(streamEvent([insert('A1', 5, 1)])))).toEqual([sequence(1)])
  })

  test('P1 without records there is nothing to do', async () => {
    const handler = createStreamSyncHandler({ targets: { west: memoryTarget() } })
    expect(await handler({ Records: [] })).toEqual({ batchItemFailures: [] })
    expect(await handler([])).toEqual({ batchItemFailures: [] })
  })

  test('P1 10,000 records are all delivered, and all reported where nobody takes them', async () => {
    const records = streamEvent(inserts(10_000))
    const west = memoryTarget()
    expect(failedOf(await createStreamSyncHandler({ targets: { west } })(records))).toEqual([])
    expect(west.items()).toHaveLength(10_000)
    const dead = { target: scriptedTarget(rejecting), breaker: false } as const
    expect(failedOf(await createStreamSyncHandler({ targets: { dead } })(records))).toHaveLength(10_000)
  })
})

describe('P1 what the sink does not take is reported', () => {
  const all = [sequence(0), sequence(1), sequence(2)]
  const sinks: readonly (readonly [string, Parameters<typeof scriptedDlq>[0], readonly string[]])[] = [
    ['refuses all', (letters) => letters.map(() => new Error('full')), all],
    ['refuses the second', (letters) => letters.map((_, i) => (i === 1 ? new Error('full') : 'parked')), [sequence(1)]],
    ['throws', () => Promise.reject(new TargetUnavailableError('down')), all],
    ['throws an unknown error', () => Promise.reject(new Error('down')), all],
    ['hangs', never, all],
    ['answers too few', (letters) => letters.slice(1).map(() => 'parked'), all],
    ['answers too many', (letters) => [...letters, 1].map(() => 'parked'), all],
    ['answers nothing', () => undefined, all],
    ['answers a promise of something else', () => 'parked', all],
    ['answers other words', (letters) => letters.map(() => true), all],
  ]

  test.each(sinks)('P1 a sink that %s', async (_, script, reported) => {
    const clock = manualClock()
    const dlq = scriptedDlq(script)
    const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq, clock })
    const response = await clock.settle(handler(streamEvent(inserts(3))))
    expect(failedOf(response)).toEqual(reported)
    expect(dlq.calls.flat()).toHaveLength(3)
  })

  test('P1 a poison record, too', async () => {
    const dlq = scriptedDlq((letters) => letters.map(() => new Error('full')))
    const handler = createStreamSyncHandler({ targets: { west: memoryTarget() }, dlq })
    const event = streamEvent([
      insert('A1', 5, 1),
      { newImage: { sku: 'B2', quantity: 'many' }, sequenceNumber: sequence(2) },
    ])
    expect(failedOf(await handler(event))).toEqual([sequence(2)])
  })

  test("P1 a route's own sink is asked instead of the shared one", async () => {
    const [shared, own] = [memoryDlq(), memoryDlq({ faults: ['rejected'] })]
    const west = { target: scriptedTarget(rejecting), dlq: own }
    const handler = createStreamSyncHandler({ targets: { west }, dlq: shared })
    expect(failedOf(await handler(streamEvent([insert('A1', 5, 1)])))).toEqual([sequence(1)])
    expect(shared.letters()).toEqual([])
  })

  test('P1 an unresolved lane is reported by its first record, so that redelivery folds at least the same records', async () => {
    const dlq = scriptedDlq((letters) => letters.map(() => new Error('full')))
    const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq })
    const event = streamEvent([
      insert('A1', 1, 1),
      insert('B2', 1, 2),
      modify({ sku: 'A1', quantity: 1 }, { sku: 'A1', quantity: 2 }, 3),
    ])
    expect(failedOf(await handler(event))).toEqual([sequence(1), sequence(2)])
  })
})

test('P1 without a DLQ a rejected change is reported', async () => {
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) } })
  expect(failedOf(await handler(streamEvent([insert('A1', 5, 1)])))).toEqual([sequence(1)])
})

test('P1 failureMode throw throws when anything is unresolved, and answers otherwise', async () => {
  const faulty = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, failureMode: 'throw' })
  await expect(faulty(streamEvent([insert('A1', 5, 1)]))).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
  const sound = createStreamSyncHandler({ targets: { west: memoryTarget() }, failureMode: 'throw' })
  expect(await sound(streamEvent([insert('A1', 5, 1)]))).toEqual({ batchItemFailures: [] })
})

test('P1 a row that the table does not tell is unresolved, never gone', async () => {
  const west = memoryTarget()
  const table = {
    read: () => Promise.reject(new TargetUnavailableError('one key was not processed')),
    snapshot: () => {
      throw new Error('unused')
    },
  }
  const handler = createStreamSyncHandler({ targets: { west }, table, dlq: memoryDlq() })
  const event = streamEvent([insert('A1', 5, 1)])
  const { NewImage, ...keysOnly } = event.Records[0]!.dynamodb!
  expect(NewImage).toBeDefined()
  const record = { ...event.Records[0]!, dynamodb: { ...keysOnly, StreamViewType: 'KEYS_ONLY' } }
  expect(failedOf(await handler({ Records: [record] }))).toEqual([sequence(1)])
  expect(west.changes()).toEqual([])
})
