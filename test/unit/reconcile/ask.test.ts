import { expect, test } from 'vitest'
import { TargetRejectedError, TargetUnavailableError, type CallContext } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { askAt, tablePlace } from '../../../src/reconcile/ask.ts'
import { resolveSettings } from '../../../src/reconcile/settings.ts'
import { withinInvocation } from '../../../src/runtime/invocation.ts'

const start = 10_000
const east = { name: 'east', timeoutMs: 5_000, retry: { maxAttempts: 5, minDelayMs: 100, maxDelayMs: 300 } }

/** When a place that fails like this is asked, in milliseconds from the start, and what comes of it. */
async function asked(
  errors: readonly Error[],
  { random = 1, place = east, remaining = Infinity, contexts = [] as CallContext[] } = {},
) {
  const clock = manualClock()
  await clock.advance(start)
  const { sync } = resolveSettings({ clock, random: () => random })
  const times: number[] = []
  const lambda = { getRemainingTimeInMillis: () => remaining }
  const work = withinInvocation({ clock, deadlineMarginMs: 1_000 }, lambda, async (invocation) => {
    const result = await askAt(
      place,
      sync,
      invocation,
    )(async (given) => {
      contexts.push(given)
      const error = errors[times.push(clock.monotonic() - start) - 1]
      if (error) throw error
      return 'answer'
    })
    return { result, endedAt: clock.monotonic() - start }
  })
  return { times, ...(await clock.settle(work)) }
}

const down = new TargetUnavailableError('down')
const restFor = (retryAfterMs: number) => new TargetUnavailableError('busy', { retryAfterMs })

test('a place that is unavailable is asked again, after pauses that double up to the longest, until its attempts are over', async () => {
  const five = Array.from({ length: 5 }, () => down)
  const times = [0, 100, 300, 600, 900]
  expect(await asked(five)).toEqual({ times, endedAt: 900, result: { error: down } })
  expect(await asked(five.slice(1))).toEqual({ times, endedAt: 900, result: { value: 'answer' } })
  expect((await asked(five, { random: 0.5 })).times).toEqual([0, 50, 150, 300, 450])
})

test('a place that refuses is not asked again', async () => {
  const refused = new TargetRejectedError('no')
  expect(await asked([refused])).toEqual({ times: [0], endedAt: 0, result: { error: refused } })
})

test('a place that asks for a rest gets it, where it is longer than the pause', async () => {
  expect((await asked([restFor(2_500), restFor(1)])).times).toEqual([0, 2_500, 2_700])
  expect((await asked([restFor(60_000)])).times).toEqual([0, 60_000])
})

test('a longer rest than a minute is not waited for', async () => {
  const long = restFor(60_001)
  expect(await asked([long])).toEqual({ times: [0], endedAt: 0, result: { error: long } })
})

test('a pause that would last until deliveries must end is not begun', async () => {
  const [short, long] = [restFor(3_999), restFor(4_000)]
  expect((await asked([short], { remaining: 5_000 })).times).toEqual([0, 3_999])
  expect(await asked([long], { remaining: 5_000 })).toEqual({ times: [0], endedAt: 0, result: { error: long } })
})

test('a call of the table knows whom it asks, how often it was asked and how long it has', async () => {
  const contexts: CallContext[] = []
  await asked([down], { place: tablePlace, contexts })
  expect(contexts).toMatchObject([
    { target: 'table', attempt: 1, timeoutMs: 5_000 },
    { target: 'table', attempt: 2, timeoutMs: 5_000 },
  ])
})
