import type { Clock } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import {
  eventSourceMapping,
  type Invocation,
  type OnFailurePointer,
} from '../../../../src/testing/event-source-mapping.ts'
import { failing, numbersOf, recordOf, recordsOf, succeeding } from '../../../support/mapped-records.ts'
import { deliver, throwing, type Handler } from '../../../support/mapping-runs.ts'
import { runningClock } from '../../../support/running-clock.ts'

describe('the function’s time', () => {
  it('is counted down by the context', async () => {
    const clock = runningClock()
    const remaining: (number | undefined)[] = []
    const handler: Handler = async (_, context) => {
      remaining.push(context?.getRemainingTimeInMillis())
      await clock.sleep(400)
      remaining.push(context?.getRemainingTimeInMillis())
    }
    await deliver(recordsOf(1), handler, { clock, timeoutMs: 1000 })
    expect(remaining).toEqual([1000, 600])
  })

  it('once over, fails the invocation, and the late answer is ignored', async () => {
    const clock = runningClock()
    let calls = 0
    const handler: Handler = async () => {
      calls++
      if (calls === 1) await clock.sleep(5000)
      return succeeding
    }
    const outcomes: Invocation['outcome'][] = []
    const options = {
      clock,
      timeoutMs: 1000,
      retryDelayMs: 0,
      onInvocation: (seen: Invocation) => void outcomes.push(seen.outcome),
    }
    const { invocations } = await deliver(recordsOf(1), handler, options)
    expect(invocations).toHaveLength(2)
    expect(outcomes.map((outcome) => outcome.type)).toEqual(['failure', 'success'])
    expect(clock.monotonic()).toBe(1000)
  })

  it('once over for good, is given up as unhandled', async () => {
    const hanging = () => new Promise(() => undefined)
    const { pointers } = await deliver(recordsOf(1), hanging, { maximumRetryAttempts: 0 })
    expect(pointers[0]?.responseContext?.functionError).toBe('Unhandled')
  })
})

describe('what the callbacks throw', () => {
  it('ends the run; a batch that could not be given up is not dropped', async () => {
    const pointers: OnFailurePointer[] = []
    let refusing = true
    const mapping = eventSourceMapping({
      clock: runningClock(),
      records: recordsOf(1),
      maximumRetryAttempts: 0,
      handler: async () => throwing({ Records: [] }),
      onFailure: (pointer) => {
        if (refusing) throw new Error('the destination refuses')
        pointers.push(pointer)
      },
    })
    await expect(mapping.run()).rejects.toThrow('the destination refuses')
    refusing = false
    await mapping.run()
    expect(pointers).toHaveLength(1)
  })

  it('ends the run when it was an observer, after the other lanes’ invocations have ended', async () => {
    const clock: Clock = runningClock()
    let ended = 0
    const run = deliver(
      Array.from({ length: 20 }, (_, index) => recordOf(String(index))),
      async (event) => {
        await clock.sleep(Number(numbersOf(event)[0]))
        ended++
      },
      {
        clock,
        parallelizationFactor: 10,
        onInvocation: () => {
          throw new Error('the observer fails')
        },
      },
    )
    await expect(run).rejects.toThrow('the observer fails')
    expect(ended).toBeGreaterThan(1)
  })
})

it('an observer sees attempt, size, numbers, lane and outcome of each invocation', async () => {
  const seen: Invocation[] = []
  await deliver(recordsOf(3), (event) => (numbersOf(event).length > 1 ? failing('3') : succeeding), {
    onInvocation: (invocation) => void seen.push(invocation),
  })
  expect(seen).toMatchObject([
    {
      attempt: 1,
      batchSize: 3,
      startSequenceNumber: '1',
      endSequenceNumber: '3',
      outcome: { type: 'partial', checkpoint: '3' },
    },
    {
      attempt: 1,
      batchSize: 1,
      startSequenceNumber: '3',
      endSequenceNumber: '3',
      lane: 0,
      outcome: { type: 'success' },
    },
  ])
  expect(seen[0]?.requestId).not.toBe(seen[1]?.requestId)
})
