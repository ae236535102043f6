import { afterEach, describe, expect, test, vi } from 'vitest'
import { manualClock } from 'dynamodb-stream-sync/testing'

afterEach(() => vi.useRealTimers())

describe('manualClock', () => {
  test('stands still until it is told to move', async () => {
    const clock = manualClock(new Date(5_000))
    let awake = false
    void clock.sleep(100).then(() => (awake = true))
    await clock.advance(99)
    expect([awake, clock.now(), clock.monotonic()]).toEqual([false, 5_099, 99])
    await clock.advance(1)
    expect([awake, clock.now()]).toEqual([true, 5_100])
  })

  test('wakes sleepers in the order of their times, then of their calls, with the time they asked for', async () => {
    const clock = manualClock()
    const woken: string[] = []
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms)
      woken.push(`${name}@${clock.monotonic()}`)
    }
    await clock.settle(Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b', 10), sleeper('z', -5)]))
    expect(woken).toEqual(['z@0', 'a@10', 'b@10', 'c@30'])
  })

  test('advance fires timers that were set on the way', async () => {
    const clock = manualClock()
    const times: number[] = []
    void (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10)
        times.push(clock.monotonic())
      }
    })()
    await clock.advance(25)
    expect([times, clock.monotonic()]).toEqual([[10, 20], 25])
  })

  test('settle answers with what the work answers or throws, and moves no further', async () => {
    const clock = manualClock()
    void clock.sleep(1_000)
    expect(await clock.settle(clock.sleep(10).then(() => 'done'))).toBe('done')
    expect(clock.monotonic()).toBe(10)
    const failed = new Error('no')
    await expect(clock.settle(Promise.reject(failed))).rejects.toBe(failed)
    expect(clock.monotonic()).toBe(10)
  })

  test('settle moves time only when nothing else is left to run', async () => {
    const clock = manualClock()
    const work = async () => {
      const timeout = clock.sleep(5).then(() => 'timeout')
      const answer = (async () => {
        for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
        for (let i = 0; i < 100; i++) await Promise.resolve()
        return 'answer'
      })()
      return Promise.race([timeout, answer])
    }
    expect(await clock.settle(work())).toBe('answer')
    expect(clock.monotonic()).toBe(0)
  })

  test('settle says so when the work waits for something else', async () => {
    const clock = manualClock()
    const never = new Promise(() => undefined)
    await expect(clock.settle(never)).rejects.toThrow('waits for something that is not this clock')
    await expect(clock.settle(clock.sleep(Infinity))).rejects.toThrow('not this clock')
  })

  test('a sleep ends early on abort and leaves no timer behind', async () => {
    const clock = manualClock()
    const stop = new AbortController()
    const slept = clock.sleep(100, stop.signal)
    stop.abort()
    await slept
    await clock.sleep(100, stop.signal)
    expect(clock.monotonic()).toBe(0)
    await clock.settle(clock.sleep(500))
    expect(clock.monotonic()).toBe(500)
  })

  test('works where a test has replaced the timers', async () => {
    vi.useFakeTimers()
    const clock = manualClock()
    expect(await clock.settle(clock.sleep(10).then(() => clock.monotonic()))).toBe(10)
  })
})
