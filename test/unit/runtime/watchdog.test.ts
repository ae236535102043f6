import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, streamEvent } from 'dynamodb-stream-sync/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ending } from '../../../src/runtime/ending.ts'
import { watchdog } from '../../../src/runtime/watchdog.ts'
import { inserts, never, scriptedTarget } from '../../support/sync-kit.ts'

/** A watchdog, how long each of its timers was set for, and what ran out so far. */
function watching() {
  const clock = manualClock()
  const over = ending()
  const timers: number[] = []
  const ranOut: string[] = []
  const sleep: typeof clock.sleep = (ms, signal) => {
    timers.push(ms)
    return clock.sleep(ms, signal)
  }
  let lag = 0
  const dog = watchdog({ ...clock, sleep, monotonic: () => clock.monotonic() + lag }, over)
  const watch = (name: string, end: number) => {
    const watched = { endsAt: () => end, runOut: () => void ranOut.push(`${name} ${String(clock.monotonic())}`) }
    dog.watch(watched)
    return watched
  }
  const stall = (ms: number) => void (lag += ms)
  return { clock, over, timers, ranOut, dog, watch, stall }
}

describe('the watchdog', () => {
  test('needs one timer for all that end no earlier than the first', async () => {
    const { clock, timers, ranOut, watch, dog } = watching()
    for (const [name, end] of Object.entries({ a: 100, b: 100, c: 300 })) watch(name, end)
    dog.expect(Infinity)
    expect(timers).toEqual([100])
    await clock.advance(100)
    expect([timers, ranOut]).toEqual([
      [100, 200],
      ['a 100', 'b 100'],
    ])
    await clock.advance(1_000)
    expect([timers, ranOut]).toEqual([
      [100, 200],
      ['a 100', 'b 100', 'c 300'],
    ])
  })

  test('wakes earlier where something ends earlier; a timer that has become needless sets no other', async () => {
    const { clock, timers, ranOut, dog, watch } = watching()
    const first = watch('first', 500)
    watch('second', 100)
    watch('third', 700)
    dog.release(first)
    await clock.advance(1_000)
    expect(timers).toEqual([500, 100, 600])
    expect(ranOut).toEqual(['second 100', 'third 700'])
  })

  test('does not wait for what ran out while no timer could fire', async () => {
    const { clock, timers, ranOut, watch, stall } = watching()
    stall(200)
    watch('late', 100)
    await clock.advance(0)
    expect([timers, ranOut]).toEqual([[0], ['late 0']])
  })

  test('leaves what is released alone', async () => {
    const { clock, ranOut, dog, watch } = watching()
    dog.release(watch('done', 100))
    await clock.advance(1_000)
    expect(ranOut).toEqual([])
  })

  test('does nothing after the end, not even for what was over by then', async () => {
    const { clock, over, timers, ranOut, watch, stall } = watching()
    watch('first', 100)
    stall(500)
    over.end()
    watch('second', 50)
    await clock.advance(1_000)
    expect([timers, ranOut]).toEqual([[100], []])
  })
})

describe("on the machine's own clock", () => {
  afterEach(() => void vi.useRealTimers())

  test('calls are given up at their time-out, and no timer is left after the answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const [dlq, target] = [memoryDlq(), scriptedTarget(never)]
    const west = { target, timeoutMs: 400, retry: { maxAttempts: 1 } }
    const handler = createStreamSyncHandler({ targets: { west }, dlq })
    const work = handler(streamEvent(inserts(2)), { getRemainingTimeInMillis: () => 60_000 })
    await vi.advanceTimersByTimeAsync(399)
    expect(dlq.letters()).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(await work).toEqual({ batchItemFailures: [] })
    expect(dlq.letters().map(({ code }) => code)).toEqual(['TARGET_UNAVAILABLE', 'TARGET_UNAVAILABLE'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
