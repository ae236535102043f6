import {
  createStreamSyncHandler,
  inventoryItem,
  TargetRejectedError,
  TargetUnavailableError,
  type Metric,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { defaultStart } from '../../../src/testing/stream-record.ts'
import { contextFor, insert, modify, scriptedDlq, scriptedTarget, tableOf } from '../../support/sync-kit.ts'

/** Keeps what was emitted, call by call. */
function emitted() {
  const calls: (readonly Metric[])[] = []
  return { calls, metrics: { emit: (metrics: readonly Metric[]) => void calls.push(metrics) } }
}
const count = (name: string, value: number, target?: string) => ({
  name,
  unit: 'Count',
  values: [value],
  ...(target !== undefined && { target }),
})
const poison = (n: number) => insert(`P${n}`, 'many' as never, n)

test('an invocation tells how old its records are, and of each target deliveries, failures and times', async () => {
  const clock = manualClock(new Date(defaultStart.getTime() + 1_500))
  const { calls, metrics } = emitted()
  const slow = scriptedTarget(async () => {
    await clock.sleep(40)
    return 'applied'
  })
  const handler = createStreamSyncHandler({
    targets: { slow, unwanted: { target: scriptedTarget(), when: () => false } },
    clock,
    metrics,
  })
  await clock.settle(handler(streamEvent([insert('A1', 5, 1)])))
  expect(calls).toEqual([
    [
      { name: 'StreamLatency', unit: 'Milliseconds', values: [1_500] },
      count('Deliveries', 1, 'slow'),
      count('DeliveryFailures', 0, 'slow'),
      { name: 'SyncDuration', unit: 'Milliseconds', values: [40], target: 'slow' },
      { name: 'DeliveryLatency', unit: 'Milliseconds', values: [1_540], target: 'slow' },
    ],
  ])
})

test('a record without a time, or from a clock that is ahead, tells no age below zero', async () => {
  const clock = manualClock()
  const { calls, metrics } = emitted()
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget() }, clock, metrics })
  const ahead = { ...insert('A1', 5, 1), createdAt: new Date(defaultStart.getTime() + 9_000) }
  const timeless = { ...insert('B2', 5, 2), createdAt: new Date(0) }
  await handler(streamEvent([timeless, ahead]))
  expect(calls[0]?.filter(({ name }) => name === 'StreamLatency')).toMatchObject([{ values: [0] }])
  await handler(streamEvent([timeless]))
  expect(calls[1]?.map(({ name }) => name)).toEqual(['Deliveries', 'DeliveryFailures', 'SyncDuration'])
})

test('what was folded, what cannot be decoded, and what a sink refused is counted for the whole', async () => {
  const { calls, metrics } = emitted()
  const dlq = scriptedDlq((letters) => letters.map((_, index) => (index === 0 ? 'parked' : 'refused')))
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget() }, dlq, metrics })
  const folded = [insert('A1', 5, 1), modify({ sku: 'A1', quantity: 5 }, { sku: 'A1', quantity: 6 }, 2)]
  const more = modify({ sku: 'A1', quantity: 6 }, { sku: 'A1', quantity: 7 }, 3)
  await handler(streamEvent([...folded, more, insert('B2', 5, 4), poison(5), poison(6), poison(7)]))
  const whole = calls[0]?.filter(({ name, target }) => target === undefined && name !== 'StreamLatency')
  expect(whole).toStrictEqual([
    count('Coalesced', 2),
    count('Poison', 3),
    count('DeadLettered', 1),
    count('Unresolved', 2),
  ])
})

test('of a target, stale answers, retries, letters and what is left are counted', async () => {
  const clock = manualClock()
  const { calls, metrics } = emitted()
  const answers: Readonly<Record<string, () => unknown>> = {
    stale: () => 'stale',
    same: () => 'unchanged',
    rejected: () => {
      throw new TargetRejectedError('no')
    },
    down: () => {
      throw new TargetUnavailableError('down')
    },
  }
  const west = scriptedTarget(({ key }) => answers[key]?.() ?? 'applied')
  const retry = { maxAttempts: 3 }
  const handler = createStreamSyncHandler({
    targets: { west: { target: west, retry, breaker: false } },
    dlq: scriptedDlq((letters) =>
      letters.map((letter) => ('key' in letter && letter.key === 'down' ? 'refused' : 'parked')),
    ),
    clock,
    metrics,
    random: () => 0,
  })
  const keys = ['stale', 'same', 'rejected', 'down', 'good']
  await clock.settle(handler(streamEvent(keys.map((key, n) => insert(key, 5, n)))))
  expect(calls[0]?.filter(({ unit, target }) => unit === 'Count' && target === 'west')).toEqual([
    count('Deliveries', 5, 'west'),
    count('DeliveryFailures', 2, 'west'),
    count('StaleSkipped', 1, 'west'),
    count('Retries', 2, 'west'),
    count('DeadLettered', 1, 'west'),
    count('Unresolved', 1, 'west'),
  ])
})

test('retries that ended well are added to those that did not', async () => {
  const clock = manualClock()
  const { calls, metrics } = emitted()
  const west = scriptedTarget((change, _context, call) => {
    if (change.key === 'down' || call === 1) throw new TargetUnavailableError('down')
    return 'applied'
  })
  const targets = { west: { target: west, concurrency: 1, breaker: false as const } }
  const handler = createStreamSyncHandler({ targets, dlq: memoryDlq(), clock, metrics, random: () => 0 })
  await clock.settle(handler(streamEvent([insert('A1', 5, 1), insert('down', 5, 2)])))
  expect(calls[0]).toContainEqual(count('Retries', 3, 'west'))
})

test('what was delivered counts beside as many that are left', async () => {
  const { calls, metrics } = emitted()
  const west = scriptedTarget(({ key }) => {
    if (key === 'bad') throw new TargetRejectedError('no')
    return 'applied'
  })
  await createStreamSyncHandler({ targets: { west }, metrics })(streamEvent([insert('A1', 5, 1), insert('bad', 5, 2)]))
  expect(calls[0]).toContainEqual(count('Deliveries', 2, 'west'))
  expect(calls[0]).toContainEqual(count('Unresolved', 1, 'west'))
})

test('a record that comes after a newer one is a conflict, and a row that the table did not tell is unresolved', async () => {
  const { calls, metrics } = emitted()
  const table = tableOf([], () => Promise.reject(new Error('down')))
  const [newer, older, unread] = streamEvent([insert('A1', 2, 2), insert('A1', 1, 1), insert('B2', 5, 9)]).Records
  const { Keys, SequenceNumber } = unread?.dynamodb ?? {}
  const keysOnly = { ...unread, dynamodb: { Keys, SequenceNumber, StreamViewType: 'KEYS_ONLY' as const } }
  const Records = [newer, older, keysOnly] as StreamRecord[]
  await createStreamSyncHandler({ targets: { west: scriptedTarget() }, table, metrics })({ Records })
  const whole = calls[0]?.filter(({ target }) => target === undefined)
  expect(whole).toContainEqual(count('VersionConflicts', 1))
  expect(whole).toContainEqual(count('Unresolved', 1))
})

test('deliveries that never started are left, and not decided', async () => {
  const clock = manualClock()
  const { calls, metrics } = emitted()
  const west = scriptedTarget()
  const handler = createStreamSyncHandler({ targets: { west }, clock, metrics })
  await clock.settle(handler(streamEvent([insert('A1', 5, 1), insert('B2', 5, 2)]), contextFor(clock, 0)))
  expect(west.calls).toEqual([])
  expect(calls[0]?.filter(({ target }) => target === 'west')).toMatchObject([
    count('Deliveries', 0, 'west'),
    count('DeliveryFailures', 0, 'west'),
    { name: 'SyncDuration' },
    count('Unresolved', 2, 'west'),
  ])
})

test('insertions that a target calls stale tell that version attributes began anew; other stale changes do not', async () => {
  const { calls, metrics } = emitted()
  const west = scriptedTarget(({ key }) => ({ good: 'applied', same: 'unchanged' })[key] ?? 'stale')
  const targets = { west }
  const image = (sku: string, v: number) => ({ sku, quantity: 1, v })
  const records: StreamRecord[] = [
    streamRecord({ newImage: image('again', 1) }),
    streamRecord({ newImage: image('late', 2), oldImage: image('late', 1) }),
    streamRecord({ newImage: image('same', 1) }),
    streamRecord({ newImage: image('good', 1) }),
  ]
  const item = { ...inventoryItem, version: { attribute: 'v' } }
  await createStreamSyncHandler({ item, targets, metrics })({ Records: records })
  await createStreamSyncHandler({ targets, metrics })({ Records: records })
  const [byAttribute, bySequence] = calls.map((call) => call.filter(({ name }) => name === 'VersionRegressed'))
  expect(byAttribute).toEqual([count('VersionRegressed', 1, 'west')])
  expect(bySequence).toEqual([])
})

test('a target that nothing is for has no metrics', async () => {
  const { calls, metrics } = emitted()
  const targets = { west: { target: scriptedTarget(), when: () => false } }
  await createStreamSyncHandler({ targets, metrics })(streamEvent([insert('A1', 5, 1)]))
  expect(calls[0]?.map(({ name }) => name)).toEqual(['StreamLatency'])
})
