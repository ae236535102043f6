import {
  createStreamSyncHandler,
  inventoryItem,
  TargetRejectedError,
  type MetricEmitter,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, streamEvent, type RecordOptions } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import {
  contextFor,
  insert,
  inserts,
  keptLines,
  modify,
  never,
  scriptedTarget,
  sequence,
  tableOf,
} from '../../support/sync-kit.ts'

const rejecting = scriptedTarget(() => {
  throw new TargetRejectedError('The warehouse has no such item.')
})
const dlq = memoryDlq()
const versioned = { ...inventoryItem, version: { attribute: 'v' } }
const text: unknown = expect.any(String)

/** The same record, of a stream that tells keys alone. */
function keysOnly(record: StreamRecord | undefined): StreamRecord {
  const { Keys, SequenceNumber } = record?.dynamodb ?? {}
  return { ...record, dynamodb: { Keys, SequenceNumber, StreamViewType: 'KEYS_ONLY' } }
}
const image = (sku: string, v: number) => ({ sku, quantity: 1, v })

test('one line tells what became of an invocation, and how long it took', async () => {
  const clock = manualClock()
  const { lines, logger } = keptLines()
  const slow = scriptedTarget(async () => {
    await clock.sleep(12.4)
    return 'applied'
  })
  const handler = createStreamSyncHandler({ dlq, targets: { slow, fast: scriptedTarget() }, clock, logger })
  await clock.settle(handler(streamEvent(inserts(3))))
  const none = { parked: 0, unresolved: 0, poison: 0 }
  expect(lines).toEqual([['info', 'Synced.', { records: 3, delivered: 6, ...none, durationMs: 12 }]])
  await clock.settle(handler(streamEvent(inserts(1))))
  expect(lines[1]).toEqual(['info', 'Synced.', { records: 1, delivered: 2, ...none, durationMs: 12 }])
})

test('a delivery that failed is told with its target, its change, its fate and its error', async () => {
  const { lines, logger } = keptLines()
  const handler = createStreamSyncHandler({ dlq, targets: { west: rejecting }, logger })
  await handler(streamEvent([insert('A1', 5, 1)]))
  const [change] = rejecting.calls.slice(-1)
  expect(lines[0]).toEqual([
    'warn',
    'A delivery failed.',
    {
      target: 'west',
      id: change?.id,
      key: 'A1',
      version: change?.version,
      fate: 'parked',
      attempts: 1,
      code: 'TARGET_REJECTED',
      reason: 'The warehouse has no such item.',
    },
  ])
})

test('a delivery that never started is told as unresolved', async () => {
  const clock = manualClock()
  const { lines, logger } = keptLines()
  const handler = createStreamSyncHandler({ dlq, targets: { west: scriptedTarget() }, clock, logger })
  await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 0)))
  expect(lines[0]).toEqual([
    'warn',
    'A delivery failed.',
    expect.objectContaining({ target: 'west', key: 'A1', fate: 'unresolved', attempts: 0, reason: 'never started' }),
  ])
})

test('a record that cannot be decoded, and a row that the table did not tell, are told by their identifiers', async () => {
  const { lines, logger } = keptLines()
  const table = tableOf([], () => Promise.reject(new Error('down')))
  const handler = createStreamSyncHandler({ dlq, targets: { west: scriptedTarget() }, table, logger })
  const [poison, whole] = streamEvent([insert('A1', 'many' as never, 1), insert('B2', 5, 2)]).Records
  await handler({ Records: [poison, keysOnly(whole)] as StreamRecord[] })
  const errors = lines.filter(([level]) => level === 'error')
  expect(errors).toEqual([
    ['error', 'A record cannot be decoded.', { itemIdentifier: sequence(1), code: 'RECORD_UNDECODABLE', reason: text }],
    [
      'error',
      'The table did not tell a row.',
      { itemIdentifier: sequence(2), code: 'TARGET_UNAVAILABLE', reason: text },
    ],
  ])
})

test('versions that went backwards, and items that are older than their memory, are told', async () => {
  const { lines, logger } = keptLines()
  const west = scriptedTarget(({ key }) => (key === 'again' ? 'stale' : 'applied'))
  const handler = createStreamSyncHandler({ dlq, item: versioned, targets: { west, east: scriptedTarget() }, logger })
  await handler(streamEvent([modify(image('back', 2), image('back', 1), 1), { newImage: image('again', 1) }]))
  expect(lines.filter(([level]) => level === 'warn')).toEqual([
    ['warn', text, { key: 'back', version: expect.stringMatching(/1$/) as unknown }],
    ['warn', text, { target: 'west', items: 1 }],
  ])
})

/** 101 records of a kind, and how many lines about them there may be. */
const many: readonly (readonly [string, string, (n: number) => RecordOptions])[] = [
  ['failed deliveries', 'warn', (n) => insert(`sku-${n}`, 1, n)],
  ['poison records', 'error', (n) => insert(`sku-${n}`, 'many' as never, n)],
]
test.for(many)('of %s, the first hundred are told one by one', async ([, level, record]) => {
  const { lines, logger } = keptLines()
  const handler = createStreamSyncHandler({ dlq, targets: { west: rejecting }, logger })
  await handler(streamEvent(Array.from({ length: 101 }, (_, n) => record(n))))
  expect(lines.filter(([name]) => name === level)).toHaveLength(100)
})

test('of versions that went backwards, the first hundred are told one by one', async () => {
  const { lines, logger } = keptLines()
  const handler = createStreamSyncHandler({ dlq, item: versioned, targets: { west: scriptedTarget() }, logger })
  await handler(streamEvent(Array.from({ length: 101 }, (_, n) => modify(image(`s${n}`, 2), image(`s${n}`, 1), n))))
  expect(lines.filter(([level]) => level === 'warn')).toHaveLength(100)
})

test('of rows that the table did not tell, the first hundred are told one by one', async () => {
  const { lines, logger } = keptLines()
  const table = tableOf([], () => Promise.reject(new Error('down')))
  const handler = createStreamSyncHandler({ dlq, targets: { west: scriptedTarget() }, table, logger })
  await handler({ Records: streamEvent(inserts(101)).Records.map(keysOnly) })
  expect(lines.filter(([level]) => level === 'error')).toHaveLength(100)
})

test('a slow emitter is waited for, by 250 milliseconds or less', async () => {
  const clock = manualClock()
  let told = false
  const slow: MetricEmitter = {
    emit: async () => {
      await clock.sleep(200)
      told = true
    },
  }
  const handler = createStreamSyncHandler({ dlq, targets: { west: scriptedTarget() }, metrics: slow, clock })
  await clock.settle(handler(streamEvent([insert('A1', 5, 1)])))
  expect([told, clock.monotonic()]).toEqual([true, 200])
})

test('an emitter that answers at once costs no time, and where there is none left nobody waits', async () => {
  const clock = manualClock()
  const quick = createStreamSyncHandler({
    dlq,
    targets: { west: scriptedTarget() },
    metrics: { emit: () => undefined },
    clock,
  })
  await quick(streamEvent([insert('A1', 5, 1)]))
  const hangs = createStreamSyncHandler({ dlq, targets: { west: scriptedTarget() }, metrics: { emit: never }, clock })
  await hangs(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 0))
  expect(clock.monotonic()).toBe(0)
})
