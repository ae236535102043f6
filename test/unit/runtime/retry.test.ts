import { createStreamSyncHandler, TargetRejectedError, TargetUnavailableError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { contextFor, failedOf, insert, inserts, scriptedBatches, scriptedTarget } from '../../support/sync-kit.ts'

const one = () => streamEvent([insert('A1', 5, 1)])
const down = () => Promise.reject(new TargetUnavailableError('down'))

/** The times of a target's attempts at one change, with a fixed jitter. */
async function attemptTimes(settings: object, jitter: number, fail: () => never | Promise<never> = down) {
  const clock = manualClock()
  const times: number[] = []
  const target = scriptedTarget(() => {
    times.push(clock.monotonic())
    return fail()
  })
  const west = { target, breaker: false, ...settings } as const
  const handler = createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock, random: () => jitter })
  await clock.settle(handler(one()))
  return times
}

test('three attempts by default, each pause at most twice the last', async () => {
  expect(await attemptTimes({}, 1)).toEqual([0, 100, 300])
})

test('the jitter is full: from no pause at all', async () => {
  expect(await attemptTimes({}, 0)).toEqual([0, 0, 0])
  expect(await attemptTimes({}, 0.5)).toEqual([0, 50, 150])
})

test('pauses stop growing at maxDelayMs', async () => {
  const retry = { maxAttempts: 6, minDelayMs: 100, maxDelayMs: 250 }
  expect(await attemptTimes({ retry }, 1)).toEqual([0, 100, 300, 550, 800, 1_050])
})

test('maxAttempts 1: no retry', async () => {
  expect(await attemptTimes({ retry: { maxAttempts: 1 } }, 1)).toEqual([0])
})

test('a rejection is not tried again, an unknown throw is', async () => {
  const rejected = () => {
    throw new TargetRejectedError('no')
  }
  expect(await attemptTimes({}, 1, rejected)).toHaveLength(1)
  const unknown = () => {
    throw new TypeError('no function')
  }
  expect(await attemptTimes({}, 1, unknown)).toHaveLength(3)
})

test('retryAfterMs is heeded, where it is longer than the pause', async () => {
  const asked = () => Promise.reject(new TargetUnavailableError('busy', { retryAfterMs: 700 }))
  expect(await attemptTimes({}, 1, asked)).toEqual([0, 700, 1_400])
  const short = () => Promise.reject(new TargetUnavailableError('busy', { retryAfterMs: 10 }))
  expect(await attemptTimes({}, 1, short)).toEqual([0, 100, 300])
})

test('a rest of hours is not waited for, even without a deadline', async () => {
  const asked = () => Promise.reject(new TargetUnavailableError('busy', { retryAfterMs: 3_600_000 }))
  expect(await attemptTimes({}, 1, asked)).toEqual([0])
})

test('retries end before the deadline', async () => {
  const clock = manualClock()
  const west = { target: scriptedTarget(down), breaker: false, retry: { maxAttempts: 1_000 } } as const
  const dlq = memoryDlq()
  const handler = createStreamSyncHandler({ targets: { west }, dlq, clock, random: () => 1 })
  expect(failedOf(await clock.settle(handler(one(), contextFor(clock, 5_000))))).toEqual([])
  expect(clock.monotonic()).toBeLessThanOrEqual(4_000)
  expect(dlq.letters()).toMatchObject([{ attempts: west.target.calls.length }])
})

test('attempts count from 1 and carry what time they have', async () => {
  const clock = manualClock()
  const target = scriptedTarget(down)
  const handler = createStreamSyncHandler({ targets: { west: { target, timeoutMs: 700 } }, dlq: memoryDlq(), clock })
  await clock.settle(handler(one()))
  expect(target.contexts.map(({ attempt, timeoutMs, target: name }) => [attempt, timeoutMs, name])).toEqual([
    [1, 700, 'west'],
    [2, 700, 'west'],
    [3, 700, 'west'],
  ])
})

test('an attempt gets no more time than the deadline leaves', async () => {
  const clock = manualClock()
  const target = scriptedTarget()
  const handler = createStreamSyncHandler({ targets: { west: { target, timeoutMs: 5_000 } }, clock })
  await clock.settle(handler(one(), contextFor(clock, 3_000)))
  expect(target.contexts).toMatchObject([{ timeoutMs: 2_000 }])
})

test('a retry that succeeds is a success, and is counted', async () => {
  const clock = manualClock()
  const metrics = memoryMetrics()
  const west = memoryTarget({ clock, faults: ['unavailable', 'hang'] })
  const handler = createStreamSyncHandler({ targets: { west }, metrics, clock })
  expect(failedOf(await clock.settle(handler(one())))).toEqual([])
  expect(metrics.total('Retries', 'west')).toBe(2)
  expect(metrics.total('DeliveryFailures', 'west')).toBe(0)
})

test('an answer that was lost is asked for again, and found unchanged', async () => {
  const clock = manualClock()
  const west = memoryTarget({ clock, faults: ['answerLost'] })
  expect(failedOf(await clock.settle(createStreamSyncHandler({ targets: { west }, clock })(one())))).toEqual([])
  expect(west.changes()).toHaveLength(1)
})

test('of a batch, only what was unavailable is tried again', async () => {
  const clock = manualClock()
  const west = scriptedBatches((changes, call) =>
    changes.map(({ key }) => (key === 'sku-1' && call === 1 ? new TargetUnavailableError('busy') : 'applied')),
  )
  const handler = createStreamSyncHandler({ targets: { west }, clock })
  expect(failedOf(await clock.settle(handler(streamEvent(inserts(3)))))).toEqual([])
  expect(west.calls).toEqual([['sku-0', 'sku-1', 'sku-2'], ['sku-1']])
})

test('a rest of a minute is waited for, a longer one is not', async () => {
  const rest = (retryAfterMs: number) => () => Promise.reject(new TargetUnavailableError('busy', { retryAfterMs }))
  expect(await attemptTimes({ timeoutMs: 1 }, 0, rest(60_000))).toEqual([0, 60_000, 120_000])
  expect(await attemptTimes({ timeoutMs: 1 }, 0, rest(60_001))).toEqual([0])
})

test.each([-500, 0, Number.NaN, '500', {}, null])('a rest of %j is none', async (retryAfterMs) => {
  const asked = () => Promise.reject(Object.assign(new TargetUnavailableError('busy'), { retryAfterMs }))
  expect(await attemptTimes({}, 1, asked)).toEqual([0, 100, 300])
})

test('a pause that would end at the deadline is not begun, a shorter one is, however long the process has run', async () => {
  for (const [pause, attempts, end] of [
    [999, 2, 7_999],
    [1_000, 1, 7_000],
  ] as const) {
    const clock = manualClock()
    await clock.settle(clock.sleep(7_000))
    const west = scriptedTarget(down)
    const retry = { maxAttempts: 2, minDelayMs: pause, maxDelayMs: pause }
    const handler = createStreamSyncHandler({
      targets: { west: { target: west, retry } },
      dlq: memoryDlq(),
      clock,
      random: () => 1,
    })
    await clock.settle(handler(one(), contextFor(clock, 2_000)))
    expect(west.calls).toHaveLength(attempts)
    expect(clock.monotonic()).toBe(end)
  }
})

test('a rest that an error of another copy of the package asks for is heeded', async () => {
  const brand = Symbol.for('dynamodb-stream-sync.error')
  const foreign = Object.assign(new Error('busy'), { [brand]: true, code: 'TARGET_UNAVAILABLE', retryAfterMs: 700 })
  expect(await attemptTimes({}, 0, () => Promise.reject(foreign))).toEqual([0, 700, 1_400])
})
