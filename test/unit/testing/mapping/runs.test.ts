import type { Clock } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import { eventSourceMapping } from '../../../../src/testing/event-source-mapping.ts'
import { manualClock } from '../../../../src/testing/manual-clock.ts'
import { failing, numbersOf, recordsOf, succeeding } from '../../../support/mapped-records.ts'
import { deliver, type Handler } from '../../../support/mapping-runs.ts'
import { runningClock } from '../../../support/running-clock.ts'

it('a run goes forward on the kit’s own manual clock, time-outs and pauses included', async () => {
  const clock = manualClock()
  let calls = 0
  const handler: Handler = () =>
    ++calls === 1 ? new Promise(() => undefined) : calls === 2 ? failing('1') : succeeding
  const { invocations } = await clock.settle(deliver(recordsOf(1), handler, { clock, timeoutMs: 5000 }))
  expect(invocations).toHaveLength(3)
  expect(clock.monotonic()).toBe(5000 + 100 + 200)
})

describe('stopping', () => {
  it('starts no further invocation, waits for the one under way, and goes on at the checkpoint with the next run', async () => {
    const invocations: (readonly string[])[] = []
    const mapping = eventSourceMapping({
      clock: runningClock(),
      records: recordsOf(4),
      batchSize: 2,
      handler: async (event) => {
        invocations.push(numbersOf(event))
        if (invocations.length === 1) void mapping.stop()
      },
    })
    await mapping.run()
    expect(invocations).toEqual([['1', '2']])
    await mapping.run()
    expect(invocations).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
    await mapping.run()
    expect(invocations).toHaveLength(2)
  })

  it('ends retries without end', async () => {
    const stop = new AbortController()
    let calls = 0
    const { pointers } = await deliver(
      recordsOf(1),
      () => {
        if (++calls === 5) stop.abort()
        return failing('1')
      },
      { signal: stop.signal },
    )
    expect(calls).toBe(5)
    expect(pointers).toEqual([])
  })

  it('works with a clock that rejects a sleep on abort', async () => {
    const running = runningClock()
    const clock: Clock = {
      ...running,
      sleep: async (ms, signal) => {
        await running.sleep(ms, signal)
        signal?.throwIfAborted()
      },
    }
    const stop = new AbortController()
    const handler: Handler = (event) => {
      void running.sleep(50).then(() => stop.abort()) // in the middle of the pause before the retry
      return failing(...numbersOf(event))
    }
    const { invocations } = await deliver(recordsOf(1), handler, { clock, signal: stop.signal })
    expect(invocations).toHaveLength(1)
    expect(running.monotonic()).toBe(50)
  })

  it('before the start delivers nothing', async () => {
    const { invocations } = await deliver(recordsOf(1), () => succeeding, { signal: AbortSignal.abort() })
    expect(invocations).toEqual([])
  })

  it('is harmless when nothing runs, and a second call of run joins the first', async () => {
    let calls = 0
    const mapping = eventSourceMapping({
      records: recordsOf(1),
      handler: async () => {
        calls++
      },
      clock: runningClock(),
    })
    await mapping.stop()
    await Promise.all([mapping.run(), mapping.run()])
    expect(calls).toBe(1)
  })
})
