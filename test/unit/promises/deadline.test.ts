import { createStreamSyncHandler, TargetUnavailableError, type CallContext } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import {
  contextFor,
  countingClock,
  failedOf,
  insert,
  inserts,
  never,
  scriptedBatches,
  scriptedDlq,
  scriptedTarget,
  sequence,
} from '../../support/sync-kit.ts'

describe('P6 the deadline', () => {
  test('P6 the handler answers before Lambda would kill it, with time left to park and emit', async () => {
    const clock = manualClock()
    const [dlq, metrics] = [memoryDlq(), memoryMetrics()]
    const west = { target: scriptedTarget(never), timeoutMs: 60_000 }
    const handler = createStreamSyncHandler({ targets: { west }, dlq, metrics, clock })
    const response = await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 10_000)))
    expect(failedOf(response)).toEqual([])
    expect(clock.monotonic()).toBe(9_000)
    expect(dlq.letters()).toMatchObject([{ code: 'DEADLINE_EXCEEDED', attempts: 1 }])
    expect(metrics.total('DeadLettered', 'west')).toBe(1)
  })

  test('P6 in flight at the deadline is parked, never started is unresolved', async () => {
    const clock = manualClock()
    const dlq = memoryDlq()
    const west = { target: scriptedTarget(never), timeoutMs: 60_000, concurrency: 2 }
    const handler = createStreamSyncHandler({ targets: { west }, dlq, clock })
    const response = await clock.settle(handler(streamEvent(inserts(5)), contextFor(clock, 10_000)))
    expect(dlq.letters().map(({ record }) => record)).toMatchObject([
      { dynamodb: { SequenceNumber: sequence(0) } },
      { dynamodb: { SequenceNumber: sequence(1) } },
    ])
    expect(failedOf(response)).toEqual([sequence(2), sequence(3), sequence(4)])
  })

  test('P6 the same in batches', async () => {
    const clock = manualClock()
    const dlq = memoryDlq()
    const west = { target: scriptedBatches(never, 2), timeoutMs: 60_000, concurrency: 1 }
    const handler = createStreamSyncHandler({ targets: { west }, dlq, clock })
    const response = await clock.settle(handler(streamEvent(inserts(5)), contextFor(clock, 10_000)))
    expect(dlq.letters()).toHaveLength(2)
    expect(failedOf(response)).toEqual([sequence(2), sequence(3), sequence(4)])
  })

  test('P6 a delivery that failed once when the time is up is parked', async () => {
    const clock = manualClock()
    const dlq = memoryDlq()
    const target = memoryTarget({ clock, faults: [{ retryAfterMs: 20_000 }] })
    const handler = createStreamSyncHandler({ targets: { west: target }, dlq, clock })
    const response = await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 10_000)))
    expect(failedOf(response)).toEqual([])
    expect(dlq.letters()).toMatchObject([{ code: 'TARGET_UNAVAILABLE', attempts: 1 }])
    expect(clock.monotonic()).toBe(0) // a pause that outlasts the deadline is not begun
  })

  test('P6 a sink that hangs is not waited for beyond the margin', async () => {
    const clock = manualClock()
    const west = { target: scriptedTarget(never), timeoutMs: 60_000 }
    const handler = createStreamSyncHandler({ targets: { west }, dlq: scriptedDlq(never), clock })
    const response = await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 10_000)))
    expect(failedOf(response)).toEqual([sequence(1)])
    expect(clock.monotonic()).toBe(9_750)
  })

  test('P6 the margin is never more than half of the time left', async () => {
    const clock = manualClock()
    const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(never) }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 400)))
    expect(clock.monotonic()).toBe(200)
  })

  test('P6 without any time left nothing is started and everything reported', async () => {
    const clock = manualClock()
    const west = scriptedTarget(() => 'applied')
    const handler = createStreamSyncHandler({ targets: { west }, clock })
    await clock.advance(1_000)
    const response = await clock.settle(handler(streamEvent(inserts(30)), contextFor(clock, 0)))
    expect(west.calls).toEqual([])
    expect(failedOf(response)).toHaveLength(30)
  })

  test('P6 a table that hangs is not waited for beyond the deadline', async () => {
    const clock = manualClock()
    const table = {
      read: never,
      snapshot: () => {
        throw new Error('unused')
      },
    }
    const handler = createStreamSyncHandler({ targets: { west: memoryTarget() }, table, dlq: memoryDlq(), clock })
    const [record] = streamEvent([insert('A1', 5, 1)]).Records
    const { Keys, SequenceNumber } = record!.dynamodb!
    const keysOnly = { ...record!, dynamodb: { Keys, SequenceNumber, StreamViewType: 'KEYS_ONLY' } }
    const response = await clock.settle(handler([keysOnly], contextFor(clock, 3_000)))
    expect(failedOf(response)).toEqual([record!.eventID])
    expect(clock.monotonic()).toBe(2_000)
  })
})

describe('P6 after the answer', () => {
  test('P6 every signal is aborted, with the reason', async () => {
    const clock = manualClock()
    const signals: AbortSignal[] = []
    const hanging = scriptedTarget((_, { signal }: CallContext) => {
      signals.push(signal)
      return never()
    })
    const handler = createStreamSyncHandler({ targets: { west: hanging }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent(inserts(3)), contextFor(clock, 3_000)))
    expect(signals).toHaveLength(3)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
    expect(signals[0]!.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  })

  test('P6 a signal that somebody asks for late is aborted, too', async () => {
    const clock = manualClock()
    const west = scriptedTarget(never)
    const handler = createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 3_000)))
    expect(west.contexts[0]!.signal.aborted).toBe(true)
  })

  test.each([
    ['all is well', memoryTarget()],
    ['the target hangs', scriptedTarget(never)],
    ['the target is down', scriptedTarget(() => Promise.reject(new TargetUnavailableError('down')))],
    ['batches hang', scriptedBatches(never)],
  ])('P6 no timer is left where %s', async (_, west) => {
    const clock = countingClock(manualClock())
    const emit = never
    const handler = createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), metrics: { emit }, clock })
    await clock.settle(handler(streamEvent(inserts(20)), contextFor(clock, 30_000)))
    await new Promise((resolve) => setImmediate(resolve))
    expect(clock.waiting()).toBe(0)
  })

  test('P6 a late answer is ignored', async () => {
    const clock = manualClock()
    const answers: ((answer: 'applied') => void)[] = []
    const west = scriptedTarget(() => new Promise((resolve) => answers.push(resolve)))
    const [dlq, metrics] = [memoryDlq(), memoryMetrics()]
    const handler = createStreamSyncHandler({ targets: { west }, dlq, metrics, clock })
    await clock.settle(handler(streamEvent(inserts(30)), contextFor(clock, 3_000)))
    const calls = west.calls.length
    for (const answer of answers) answer('applied')
    await clock.advance(60_000)
    expect(west.calls).toHaveLength(calls)
    expect(dlq.letters()).toHaveLength(calls)
    expect(metrics.total('Deliveries', 'west')).toBe(calls)
  })

  test('P6 an answer later than its time-out is ignored, while others still deliver', async () => {
    const clock = manualClock()
    const west = scriptedTarget(async (_, __, call) => {
      await clock.sleep(call === 1 ? 600 : 2_000)
      return 'applied'
    })
    const metrics = memoryMetrics()
    const targets = { west: { target: west, timeoutMs: 500, retry: { maxAttempts: 1 }, concurrency: 1 } }
    const handler = createStreamSyncHandler({ targets, dlq: memoryDlq(), metrics, clock })
    await clock.settle(handler(streamEvent(inserts(3))))
    expect(west.calls).toHaveLength(3)
    expect(metrics.total('Deliveries', 'west')).toBe(3)
    expect(metrics.total('DeliveryFailures', 'west')).toBe(3)
  })

  test('P6 no retry starts', async () => {
    const clock = manualClock()
    const west = {
      target: scriptedTarget(() => Promise.reject(new TargetUnavailableError('down', { retryAfterMs: 900 }))),
      retry: { maxAttempts: 100 },
      breaker: false,
    } as const
    const handler = createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 3_000)))
    const calls = west.target.calls.length
    expect(calls).toBe(3)
    await clock.advance(60_000)
    expect(west.target.calls).toHaveLength(calls)
  })
})
