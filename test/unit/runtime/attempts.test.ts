import { DecodeError, TargetRejectedError, TargetUnavailableError } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { asSyncError, attemptsAt } from '../../../src/runtime/attempts.ts'
import { ending } from '../../../src/runtime/ending.ts'
import { watchdog } from '../../../src/runtime/watchdog.ts'
import type { Invocation } from '../../../src/runtime/invocation.ts'

/** Attempts at a place, in a process that has run for a second; `until` counts from then. */
async function attemptsUntil(until: number) {
  const clock = manualClock()
  await clock.advance(1_000)
  const invocation = { clock, watchdog: watchdog(clock, ending()) } as unknown as Invocation
  return { clock, attempts: attemptsAt({ name: 'west', timeoutMs: 500 }, invocation, 1_000 + until, ending()) }
}

test('a call knows the time it has: its time-out, or what is left if that is less', async () => {
  for (const [until, timeoutMs] of [
    [300, 300],
    [500, 500],
    [9_000, 500],
  ] as const) {
    const { attempts } = await attemptsUntil(until)
    const { value } = await attempts.run(2, (context) => context)
    expect(value).toMatchObject({ target: 'west', attempt: 2, timeoutMs })
  }
})

test('no call starts at the very end', async () => {
  const { attempts } = await attemptsUntil(0)
  let calls = 0
  expect(await attempts.run(1, () => ++calls)).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' } })
  expect(calls).toBe(0)
})

test('what a place throws before it answers a promise is its error', async () => {
  const { attempts } = await attemptsUntil(1_000)
  const thrown = new RangeError('secret')
  const { error } = await attempts.run(1, () => {
    throw thrown
  })
  expect(error).toMatchObject({ code: 'TARGET_UNAVAILABLE', cause: thrown })
})

test('the signal of a call that answered is left alone, that of one that timed out tells why', async () => {
  const { attempts, clock } = await attemptsUntil(9_000)
  const signals: AbortSignal[] = []
  const work = attempts.run(1, ({ signal }) => void signals.push(signal))
  expect(await work).toEqual({ value: undefined })
  const hanging = attempts.run(2, ({ signal }) => {
    signals.push(signal)
    return new Promise(() => undefined)
  })
  const { error } = await clock.settle(hanging)
  expect(error?.code).toBe('TARGET_UNAVAILABLE')
  expect(clock.monotonic()).toBe(1_500)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
  expect(signals[1]?.reason).toBe(error)
})

describe('whatever a place throws, as one of our errors', () => {
  test.each([new TargetRejectedError('no'), new TargetUnavailableError('down')])('%s stays itself', (error) => {
    expect(asSyncError('west', error)).toBe(error)
  })

  const unreadable = new Proxy(() => undefined, {
    getPrototypeOf: () => {
      throw new Error('hostile')
    },
  })
  test.for<readonly [unknown, string]>([
    [new TypeError('secret'), 'TypeError'],
    [Object.assign(new Error('secret'), { code: 'ECONNRESET' }), 'Error, ECONNRESET'],
    [Object.assign(new Error('secret'), { code: 7 }), 'Error'],
    [new DecodeError('secret'), 'DecodeError, RECORD_UNDECODABLE'],
    ['secret', 'string'],
    [undefined, 'undefined'],
    [{ code: 'secret' }, 'object'],
    [unreadable, 'function'],
  ])('%s is unavailable, told by its kind (%#)', ([thrown, kind]) => {
    const error = asSyncError('west', thrown)
    expect(error.code).toBe('TARGET_UNAVAILABLE')
    expect(error.cause === thrown).toBe(true) // not shown: one of them throws where it is looked at
    expect(error.message).toBe(`"west" threw an unknown error (${kind}).`)
  })
})
