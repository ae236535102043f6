import { createStreamSyncHandler, TargetUnavailableError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, streamEvent, type ManualClock } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { contextFor, inserts, never, scriptedDlq, scriptedTarget } from '../../support/sync-kit.ts'

const applied = (clock: ManualClock, ms: number) => clock.sleep(ms).then(() => 'applied')

test('each call under way runs out at its own time, and takes no other with it', async () => {
  const clock = manualClock()
  const dlq = memoryDlq()
  const times: Record<string, number> = {}
  const lasts: Record<string, number> = { 'sku-1': 400, 'sku-3': 450 }
  const target = scriptedTarget(({ key }) => {
    times[key] = clock.monotonic()
    return lasts[key] === undefined ? never() : applied(clock, lasts[key])
  })
  const west = { target, timeoutMs: 500, retry: { maxAttempts: 1 }, concurrency: 2, breaker: false } as const
  await clock.settle(createStreamSyncHandler({ targets: { west }, dlq, clock })(streamEvent(inserts(5))))
  // sku-0 hangs until 500. Next to it sku-1 answers, then sku-2 hangs until 900. What sku-0 held takes sku-3 and sku-4.
  expect(times).toEqual({ 'sku-0': 0, 'sku-1': 0, 'sku-2': 400, 'sku-3': 500, 'sku-4': 900 })
  expect(dlq.letters()).toMatchObject([{ key: 'sku-0' }, { key: 'sku-2' }, { key: 'sku-4' }])
  expect(clock.monotonic()).toBe(1_400)
})

test('a delivery whose second attempt the deadline ends is given up once', async () => {
  const clock = manualClock()
  const dlq = scriptedDlq((letters) => letters.map(() => 'parked'))
  const metrics = memoryMetrics()
  const target = scriptedTarget((_, __, call) =>
    call === 1 ? Promise.reject(new TargetUnavailableError('')) : never(),
  )
  const targets = { west: { target, timeoutMs: 60_000 } }
  const handler = createStreamSyncHandler({ targets, dlq, metrics, clock })
  await clock.settle(handler(streamEvent(inserts(1)), contextFor(clock, 5_000)))
  expect(dlq.calls.flat()).toMatchObject([{ code: 'DEADLINE_EXCEEDED', attempts: 2 }])
  expect([metrics.total('Deliveries'), metrics.total('DeliveryFailures')]).toEqual([1, 1])
})

test('a call knows the time that the deadline leaves it, however long the process has run', async () => {
  const clock = manualClock()
  await clock.advance(1_000)
  const target = scriptedTarget(() => applied(clock, 1_500))
  const west = { target, timeoutMs: 5_000, concurrency: 1 }
  const handler = createStreamSyncHandler({ targets: { west }, clock })
  await clock.settle(handler(streamEvent(inserts(2)), contextFor(clock, 3_000)))
  expect(target.contexts.map(({ timeoutMs }) => timeoutMs)).toEqual([2_000, 500])
})

test('a signal belongs to its own call', async () => {
  const clock = manualClock()
  const signals: AbortSignal[] = []
  const target = scriptedTarget((_, { signal }, call) => {
    signals.push(signal)
    return call === 2 ? never() : 'applied'
  })
  const west = { target, timeoutMs: 500, retry: { maxAttempts: 1 }, concurrency: 1 }
  await clock.settle(createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock })(streamEvent(inserts(3))))
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, false])
})
