import {
  createStreamSyncHandler,
  TargetRejectedError,
  TargetUnavailableError,
  type Metric,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { contextFor, failedOf, insert, modify, never, scriptedTarget, sequence } from '../../support/sync-kit.ts'

/** An item's writes, numbered from 1: quantities 1, 2 … */
const writes = (count: number) =>
  Array.from({ length: count }, (_, n) => modify({ sku: 'A1', quantity: n }, { sku: 'A1', quantity: n + 1 }, n + 1))
const keptApart = { coalesce: false } as const
const quantities = (target: ReturnType<typeof scriptedTarget>) =>
  target.calls.map((change) => (change.type === 'upsert' ? change.item.quantity : undefined))

/** One target's metrics, by name. */
function measured() {
  const values: Record<string, readonly number[]> = {}
  const emit = (metrics: readonly Metric[]) => {
    for (const { name, target, values: those } of metrics) if (target === 'west') values[name] = those
  }
  return { values, metrics: { emit } }
}

test('latency counts from the creation to the answer, a duration from the start, however long the process has run', async () => {
  const clock = manualClock()
  await clock.advance(1_000)
  const { values, metrics } = measured()
  const west = scriptedTarget(() => clock.sleep(300).then(() => 'applied'))
  const event = streamEvent([
    insert('A1', 1, 1),
    { ...insert('B2', 1, 2), createdAt: new Date('2026-03-01T10:00:05Z') },
  ])
  const [first, ahead] = event.Records as [StreamRecord, StreamRecord]
  const [Keys, SequenceNumber] = [{ sku: { S: 'C3' } }, sequence(3)]
  const untimed = { Keys, NewImage: { ...Keys, quantity: { N: '1' } }, SequenceNumber, StreamViewType: 'NEW_IMAGE' }
  const third = { ...first, dynamodb: untimed }
  const handler = createStreamSyncHandler({ targets: { west }, metrics, clock })
  expect(failedOf(await clock.settle(handler({ Records: [first, ahead, third] })))).toEqual([])
  // A clock that is ahead of the table's makes no negative latency; a record without a time has none.
  expect(values).toEqual({ Deliveries: [3], DeliveryFailures: [0], SyncDuration: [300], DeliveryLatency: [1_300, 0] })
})

test('of an item that waits for Lambda, later changes wait too, and count as one delivery each', async () => {
  const clock = manualClock()
  const { values, metrics } = measured()
  const [target, dlq] = [scriptedTarget(() => Promise.reject(new TargetUnavailableError('down'))), memoryDlq()]
  const west = { target, onUnavailable: 'stall', retry: { maxAttempts: 1 } } as const
  const handler = createStreamSyncHandler({ ...keptApart, targets: { west }, dlq, metrics, clock })
  expect(failedOf(await clock.settle(handler(streamEvent(writes(3)))))).toEqual([sequence(1)])
  expect(quantities(target)).toEqual([1])
  expect(dlq.letters()).toEqual([])
  expect(values).toEqual({ Deliveries: [3], DeliveryFailures: [3], SyncDuration: [0], Unresolved: [3] })
})

test.each([
  ['guarded: they go on', true, [1, 2, 3], [[1, 1]]],
  ['unguarded: they are parked behind it', false, [1], [[1, 1], [2, 0], [3, 0]]], // prettier-ignore
])('of an item with a parked change, later changes to a target that is %s', async (_, guarded, delivered, parked) => {
  const clock = manualClock()
  const target = scriptedTarget((__, ___, call) => {
    if (call === 1) throw new TargetRejectedError('no')
    return 'applied'
  }, guarded)
  const dlq = memoryDlq()
  const handler = createStreamSyncHandler({ ...keptApart, targets: { west: target }, dlq, clock })
  expect(failedOf(await clock.settle(handler(streamEvent(writes(3)))))).toEqual([])
  expect(quantities(target)).toEqual(delivered)
  expect(
    dlq
      .letters()
      .map(({ record, attempts }) => [Number((record as StreamRecord).dynamodb?.SequenceNumber?.slice(-1)), attempts]),
  ).toEqual(parked)
})

test('what the time does not reach is unresolved, without what was delivered before', async () => {
  const clock = manualClock()
  const { values, metrics } = measured()
  const target = scriptedTarget(({ key }) => (key === 'B2' ? never() : 'applied'))
  const west = { target, concurrency: 1, timeoutMs: 60_000 }
  const handler = createStreamSyncHandler({ ...keptApart, targets: { west }, dlq: memoryDlq(), metrics, clock })
  const event = streamEvent([...writes(3), insert('B2', 1, 9)])
  expect(failedOf(await clock.settle(handler(event, contextFor(clock, 3_000))))).toEqual([sequence(1)])
  expect(quantities(target)).toEqual([1, 1])
  const expected = { Deliveries: [2], DeliveryFailures: [1], DeadLettered: [1], Unresolved: [2] }
  expect(values).toEqual({ ...expected, SyncDuration: [2_000], DeliveryLatency: [0] })
})
