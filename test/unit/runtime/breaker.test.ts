import { createStreamSyncHandler, TargetRejectedError, TargetUnavailableError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, streamEvent } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { circuitBreaker } from '../../../src/runtime/breaker.ts'
import { contextFor, failedOf, inserts, never, scriptedBatches, scriptedTarget } from '../../support/sync-kit.ts'

const noRetry = { retry: { maxAttempts: 1 }, concurrency: 1 } as const
const breaker = { failures: 3, coolDownMs: 10_000 }
const down = () => Promise.reject(new TargetUnavailableError('down'))

/** A sync with one target that a test switches on and off, one call at a time. */
function switched(onUnavailable: 'park' | 'stall' = 'park', concurrency = 1) {
  const clock = manualClock()
  const state: { answer: () => unknown } = { answer: down }
  const target = scriptedTarget(() => state.answer())
  const [dlq, metrics] = [memoryDlq(), memoryMetrics()]
  const west = { target, ...noRetry, concurrency, breaker, onUnavailable }
  const handler = createStreamSyncHandler({ targets: { west }, dlq, metrics, clock })
  const run = (count: number, ms = 60_000) => clock.settle(handler(streamEvent(inserts(count)), contextFor(clock, ms)))
  return { clock, state, target, dlq, metrics, run }
}

describe('the breaker', () => {
  test('opens after so many unavailable answers in a row; the rest is parked untried', async () => {
    const { run, target, dlq, metrics } = switched()
    expect(failedOf(await run(10))).toEqual([])
    expect(target.calls).toHaveLength(3)
    expect(dlq.letters().map(({ attempts }) => attempts)).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(metrics.total('BreakerOpen', 'west')).toBe(1)
    expect(metrics.total('Deliveries', 'west')).toBe(10)
    expect(metrics.total('DeliveryFailures', 'west')).toBe(10)
  })

  test('or left, where the route stalls', async () => {
    const { run, target, dlq } = switched('stall')
    expect(failedOf(await run(10))).toHaveLength(10)
    expect(target.calls).toHaveLength(3)
    expect(dlq.letters()).toEqual([])
  })

  test('counts in a row: a success, and a rejection too, starts anew', async () => {
    const { run, target, state } = switched()
    let call = 0
    state.answer = () => (++call % 3 === 0 ? 'applied' : down())
    await run(12)
    expect(target.calls).toHaveLength(12)
    const rejecting = switched()
    rejecting.state.answer = () => (++call % 3 === 0 ? Promise.reject(new TargetRejectedError('no')) : down())
    await rejecting.run(12)
    expect(rejecting.target.calls).toHaveLength(12)
  })

  test('stays open from one invocation to the next, in its container', async () => {
    const { run, target } = switched()
    await run(3)
    await run(4)
    expect(target.calls).toHaveLength(3)
    const elsewhere = switched()
    await elsewhere.run(4)
    expect(elsewhere.target.calls).toHaveLength(3)
  })

  test('lets one attempt through after the cool-down, and closes when it succeeds', async () => {
    const { run, target, clock, state, dlq } = switched('park', 10)
    await run(3)
    await clock.advance(9_999)
    await run(1)
    expect(target.calls).toHaveLength(3)
    await clock.advance(1)
    state.answer = () => 'applied'
    await run(20)
    expect(target.calls).toHaveLength(23)
    expect(dlq.letters()).toHaveLength(4)
  })

  test('opens again when that attempt fails, at once', async () => {
    const { run, target, clock, metrics } = switched('park', 10)
    await run(3)
    await clock.advance(10_000)
    await run(20)
    expect(target.calls).toHaveLength(4)
    expect(metrics.total('BreakerOpen', 'west')).toBe(2)
    await clock.advance(9_999)
    await run(1)
    expect(target.calls).toHaveLength(4)
  })

  test('lets the others wait for the trial, and lets them go on afterwards', async () => {
    const { run, target, clock, state } = switched('park', 10)
    await run(3)
    await clock.advance(10_000)
    const startedAt: number[] = []
    state.answer = async () => {
      startedAt.push(clock.monotonic() - 10_000)
      await clock.sleep(500)
      return 'applied'
    }
    await run(5)
    expect(target.calls).toHaveLength(8)
    expect(startedAt).toEqual([0, 500, 500, 500, 500])
  })

  test('is not decided by a trial that the deadline cut off: the next invocation tries again', async () => {
    const { run, target, clock, state } = switched()
    await run(3)
    await clock.advance(10_000)
    state.answer = never
    await run(2, 3_000)
    const calls = target.calls.length
    state.answer = () => 'applied'
    await run(2)
    expect(target.calls).toHaveLength(calls + 2)
  })

  test('stays open where the deadline cut its trial off: one call tries again, and its failure opens it anew', async () => {
    const { run, target, clock, state, metrics } = switched('park', 10)
    await run(3)
    await clock.advance(10_000)
    state.answer = never
    await run(1, 3_000)
    expect(target.calls).toHaveLength(4)
    state.answer = down
    await run(20)
    expect(target.calls).toHaveLength(5)
    expect(metrics.total('BreakerOpen', 'west')).toBe(2)
  })

  test('counts a time-out as unavailable', async () => {
    const { run, target, state } = switched()
    state.answer = never
    await run(10)
    expect(target.calls).toHaveLength(3)
  })

  test('counts a batch as one answer', async () => {
    const clock = manualClock()
    const target = scriptedBatches(down, 2)
    const west = { target, ...noRetry, breaker }
    const handler = createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent(inserts(20))))
    expect(target.calls).toHaveLength(3)
  })

  test('takes a batch as answered where any of its changes is', async () => {
    const clock = manualClock()
    const target = scriptedBatches(() => [new TargetUnavailableError('down'), 'applied'], 2)
    const west = { target, ...noRetry, breaker }
    const handler = createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent(inserts(20))))
    expect(target.calls).toHaveLength(10)
  })

  test('that opens while a rejected batch is asked one by one leaves the rest of it untried', async () => {
    const clock = manualClock()
    const target = scriptedBatches((changes) => {
      throw changes.length > 1 ? new TargetRejectedError('no') : new TargetUnavailableError('down')
    })
    const [dlq, west] = [memoryDlq(), { target, ...noRetry, breaker }]
    const handler = createStreamSyncHandler({ targets: { west }, dlq, clock })
    expect(failedOf(await clock.settle(handler(streamEvent(inserts(5)))))).toEqual([])
    expect(target.calls.slice(1)).toEqual([['sku-0'], ['sku-1'], ['sku-2']])
    expect(dlq.letters()).toMatchObject(
      [2, 2, 2, 1, 1].map((attempts, n) => ({ key: `sku-${n}`, code: 'TARGET_UNAVAILABLE', attempts })),
    )
  })

  test('ends the retries of what failed before', async () => {
    const clock = manualClock()
    const target = scriptedTarget(down)
    const west = { target, breaker: { failures: 2, coolDownMs: 10_000 }, retry: { maxAttempts: 50 } }
    const handler = createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent(inserts(1))))
    expect(target.calls).toHaveLength(2)
  })

  test('false: there is none', async () => {
    const clock = manualClock()
    const target = scriptedTarget(down)
    const west = { target, ...noRetry, breaker: false } as const
    await clock.settle(
      createStreamSyncHandler({ targets: { west }, dlq: memoryDlq(), clock })(streamEvent(inserts(20))),
    )
    expect(target.calls).toHaveLength(20)
  })

  test.each<readonly [string, () => unknown, readonly string[]]>([
    ['succeeds', () => 'applied', []],
    ['is rejected', () => Promise.reject(new TargetRejectedError('no')), ['TARGET_REJECTED', 'TARGET_REJECTED']],
    ['hangs', never, ['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']],
  ])('false: nothing else changes where a delivery %s', async (_, answer, codes) => {
    const batches = scriptedBatches(async (changes) => {
      const one = await answer()
      return changes.map(() => one)
    })
    for (const target of [scriptedTarget(answer), batches]) {
      const [clock, dlq] = [manualClock(), memoryDlq()]
      const west = { target, ...noRetry, timeoutMs: 60_000, concurrency: 2, breaker: false } as const
      const handler = createStreamSyncHandler({ targets: { west }, dlq, clock })
      expect(failedOf(await clock.settle(handler(streamEvent(inserts(2)), contextFor(clock, 5_000))))).toEqual([])
      expect(dlq.letters().map(({ code }) => code)).toEqual(codes)
    }
  })
})

describe('the breaker by itself', () => {
  const at = (now: number) => ({ monotonic: () => now })
  const opened = () => {
    const one = circuitBreaker({ failures: 2, coolDownMs: 100 })
    one.failed(0)
    one.failed(0)
    return one
  }

  test('is closed until it opens, open to the last millisecond of its rest', () => {
    const one = circuitBreaker({ failures: 2, coolDownMs: 100 })
    expect([one.isClosed(), one.isOpen(0), one.admit(at(0))]).toEqual([true, false, true])
    expect([one.failed(0), one.failed(0)]).toEqual([false, true])
    expect([one.isClosed(), one.isOpen(99), one.isOpen(100)]).toEqual([false, true, false])
    expect([one.admit(at(99)), one.admit(at(100))]).toEqual([false, true])
  })

  test('counts failures in a row only, and none for longer than a success', () => {
    const one = circuitBreaker({ failures: 2, coolDownMs: 100 })
    one.failed(0)
    one.succeeded()
    expect([one.failed(0), one.isClosed(), one.failed(0)]).toEqual([false, true, true])
  })

  test('late failures do not make its rest longer', () => {
    const one = opened()
    expect(one.failed(50)).toBe(false)
    expect([one.isOpen(99), one.isOpen(100)]).toEqual([true, false])
  })

  test('lets one call try; the others wait for what comes of it', async () => {
    const one = opened()
    expect(one.admit(at(100))).toBe(true)
    const waits = one.admit(at(100))
    expect(waits).toBeInstanceOf(Promise)
    one.succeeded()
    await waits
    expect([one.isClosed(), one.admit(at(100))]).toEqual([true, true])
  })

  test('a trial that fails opens it anew; one that is abandoned lets another try', async () => {
    const one = opened()
    expect(one.admit(at(100))).toBe(true)
    expect([one.failed(150), one.isOpen(249), one.isOpen(250)]).toEqual([true, true, false])
    expect(one.admit(at(250))).toBe(true)
    const waits = one.admit(at(250))
    one.abandoned()
    await waits
    expect([one.isClosed(), one.admit(at(250))]).toEqual([false, true])
  })
})
