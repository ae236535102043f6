import type { Clock, InvocationContext } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import {
  eventSourceMapping,
  type Invocation,
  type MappedEvent,
  type MappingOptions,
  type OnFailurePointer,
} from '../../../src/testing/event-source-mapping.ts'
import { manualClock } from '../../../src/testing/manual-clock.ts'
import { failing, numbersOf, recordOf, recordsOf, streamArn, succeeding } from '../../support/mapped-records.ts'
import { runningClock } from '../../support/running-clock.ts'

type Handler = (event: MappedEvent, context?: InvocationContext) => unknown

/** Runs records through a handler; answers with the sequence numbers of each invocation, and the pointers. */
async function deliver(records: MappedEvent['Records'], handler: Handler, options: Partial<MappingOptions> = {}) {
  const invocations: (readonly string[])[] = []
  const pointers: OnFailurePointer[] = []
  await eventSourceMapping({
    clock: runningClock(),
    onFailure: (pointer) => void pointers.push(pointer),
    ...options,
    records,
    handler: async (event, context) => {
      invocations.push(numbersOf(event))
      return handler(event, context)
    },
  }).run()
  return { invocations, pointers }
}

const throwing: Handler = () => {
  throw new Error('the handler is broken')
}

/** Throws whenever one of these is in the batch. */
function poisonedBy(...sequenceNumbers: readonly string[]): Handler {
  return (event) => (numbersOf(event).some((number) => sequenceNumbers.includes(number)) ? throwing(event) : succeeding)
}

function givenUp(pointers: readonly OnFailurePointer[]) {
  return pointers.map(({ requestContext, DDBStreamBatchInfo: batch }) => [
    requestContext.condition,
    requestContext.approximateInvokeCount,
    batch.startSequenceNumber,
    batch.endSequenceNumber,
    batch.batchSize,
  ])
}

describe('batches', () => {
  it('hold at most batchSize records, in order', async () => {
    const { invocations } = await deliver(recordsOf(5), () => succeeding, { batchSize: 2 })
    expect(invocations).toEqual([['1', '2'], ['3', '4'], ['5']])
  })

  it('hold 100 records by default', async () => {
    const { invocations } = await deliver(recordsOf(250), () => succeeding)
    expect(invocations.map((batch) => batch.length)).toEqual([100, 100, 50])
  })

  it('hold at most 6 MB', async () => {
    const large = { S: 'x'.repeat(2.5 * 1024 * 1024) }
    const records = ['1', '2', '3', '4', '5'].map((number) => ({
      dynamodb: { SequenceNumber: number, NewImage: { large } },
    }))
    const { invocations } = await deliver(records, () => succeeding)
    expect(invocations).toEqual([['1', '2'], ['3', '4'], ['5']])
  })

  it('make no invocation without records', async () => {
    expect(await deliver([], throwing)).toEqual({ invocations: [], pointers: [] })
  })

  it('reach the handler as a copy of their own at each delivery', async () => {
    const seen: unknown[] = []
    await deliver(
      recordsOf(1),
      (event) => {
        seen.push(structuredClone(event))
        Object.assign(event.Records[0]!, { eventID: 'overwritten' })
        return failing('1')
      },
      { maximumRetryAttempts: 1 },
    )
    expect(seen).toEqual([{ Records: recordsOf(1) }, { Records: recordsOf(1) }])
  })
})

describe('an answer', () => {
  const successes: readonly [string, unknown][] = [
    ['an empty list of failures', { batchItemFailures: [] }],
    ['null for the list of failures', { batchItemFailures: null }],
    ['an empty object', {}],
    ['an empty list', []],
    ['null', null],
    ['nothing', undefined],
  ]
  it.each(successes)('is a success: %s', async (_, answer) => {
    const { invocations, pointers } = await deliver(recordsOf(3), () => answer, { maximumRetryAttempts: 1 })
    expect(invocations).toEqual([['1', '2', '3']])
    expect(pointers).toEqual([])
  })

  const failures: readonly [string, unknown][] = [
    ['an empty itemIdentifier', failing('')],
    ['null for the itemIdentifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a number for the itemIdentifier', { batchItemFailures: [{ itemIdentifier: 2 }] }],
    ['a wrong key', { batchItemFailures: [{ sequenceNumber: '2' }] }],
    ['an identifier that is not in the batch', failing('4')],
    ['a good entry before a bad one', failing('3', '')],
    ['an entry that is no object', { batchItemFailures: ['2'] }],
    ['a list of failures that is none', { batchItemFailures: '2' }],
    ['a text', 'done'],
    ['what has no JSON', { batchItemFailures: [], size: 1n }],
  ]
  it.each(failures)('is a complete failure: %s', async (_, answer) => {
    const { invocations, pointers } = await deliver(recordsOf(3), () => answer, { maximumRetryAttempts: 1 })
    expect(invocations).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
    ])
    expect(givenUp(pointers)).toEqual([['RetryAttemptsExhausted', 2, '1', '3', 3]])
  })

  it('is ignored without reportBatchItemFailures, where only a throw fails', async () => {
    const options = { reportBatchItemFailures: false, maximumRetryAttempts: 1 }
    expect((await deliver(recordsOf(2), () => failing('1'), options)).invocations).toHaveLength(1)
    expect((await deliver(recordsOf(2), throwing, options)).invocations).toHaveLength(2)
  })
})

describe('a partial response', () => {
  it('delivers again everything from the lowest sequence number on, successes too', async () => {
    let first = true
    const { invocations } = await deliver(recordsOf(4, 8), () => {
      const answer = first ? failing('11', '9') : succeeding
      first = false
      return answer
    })
    expect(invocations).toEqual([
      ['8', '9', '10', '11'],
      ['9', '10', '11'],
    ])
  })

  it('compares numbers, whatever zeros stand in front', async () => {
    const records = ['0009', '010'].map((number) => recordOf(number))
    const { invocations } = await deliver(records, () => failing('010', '0009'), { maximumRetryAttempts: 0 })
    expect(invocations).toEqual([['0009', '010']])
  })

  it('loses nothing of records that were given in a wrong order', async () => {
    let first = true
    const { invocations } = await deliver([recordOf('5'), recordOf('2'), recordOf('3')], () => {
      const answer = first ? failing('5', '3') : succeeding
      first = false
      return answer
    })
    expect(invocations[1]).toEqual(['5', '3'])
  })

  it('that advances is no retry: the last record of a batch, failing alone, is delivered once more than otherwise', async () => {
    const options = { batchSize: 3, maximumRetryAttempts: 3 }
    const handler: Handler = (event) => (numbersOf(event).includes('6') ? failing('6') : succeeding)
    const { invocations, pointers } = await deliver(recordsOf(6), handler, options)
    expect(invocations.filter((batch) => batch.includes('6'))).toHaveLength(5)
    expect(givenUp(pointers)).toEqual([['RetryAttemptsExhausted', 4, '6', '6', 1]])
  })

  it('that names the first record is a retry of the whole batch', async () => {
    const { invocations, pointers } = await deliver(recordsOf(3), () => failing('1'), {
      maximumRetryAttempts: 1,
      bisectBatchOnFunctionError: true,
    })
    expect(invocations).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
    ])
    expect(pointers[0]?.responseContext?.functionError).toBeNull()
  })
})

it('a run goes forward on the kit’s own manual clock, time-outs and pauses included', async () => {
  const clock = manualClock()
  let calls = 0
  const handler: Handler = () =>
    ++calls === 1 ? new Promise(() => undefined) : calls === 2 ? failing('1') : succeeding
  const { invocations } = await clock.settle(deliver(recordsOf(1), handler, { clock, timeoutMs: 5000 }))
  expect(invocations).toHaveLength(3)
  expect(clock.monotonic()).toBe(5000 + 100 + 200)
})

describe('retries', () => {
  it.each([0, 1, 4])('are %i at most, then the batch is given up and the next one follows', async (retries) => {
    const options = { batchSize: 2, maximumRetryAttempts: retries }
    const { invocations, pointers } = await deliver(recordsOf(3), poisonedBy('1'), options)
    expect(invocations).toEqual([...Array<string[]>(retries + 1).fill(['1', '2']), ['3']])
    expect(givenUp(pointers)).toEqual([['RetryAttemptsExhausted', retries + 1, '1', '2', 2]])
  })

  it('have no end by default', async () => {
    let left = 500
    const { invocations, pointers } = await deliver(recordsOf(1), () => (left-- > 0 ? failing('1') : succeeding))
    expect(invocations).toHaveLength(501)
    expect(pointers).toEqual([])
  })

  it('wait twice as long each time, at most 10 s', async () => {
    const clock = runningClock()
    const times: number[] = []
    await deliver(recordsOf(1), () => times.push(clock.monotonic()) && failing('1'), { clock, maximumRetryAttempts: 9 })
    const waits = times.slice(1).map((time, index) => time - times[index]!)
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
  })

  it('go on without a destination for what is given up', async () => {
    const { invocations } = await deliver(recordsOf(2), poisonedBy('1'), {
      batchSize: 1,
      maximumRetryAttempts: 0,
      onFailure: undefined,
    })
    expect(invocations).toEqual([['1'], ['2']])
  })
})

describe('a batch that throws with bisectBatchOnFunctionError', () => {
  it('is halved down to the poisoned record; the splits use up no retries', async () => {
    const options = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 }
    const { invocations, pointers } = await deliver(recordsOf(8), poisonedBy('6'), options)
    expect(invocations).toEqual([
      ['1', '2', '3', '4', '5', '6', '7', '8'],
      ['1', '2', '3', '4'],
      ['5', '6', '7', '8'],
      ['5', '6'],
      ['5'],
      ['6'],
      ['6'],
      ['7', '8'],
    ])
    expect(givenUp(pointers)).toEqual([['RetryAttemptsExhausted', 2, '6', '6', 1]])
  })

  it('is halved even without retries', async () => {
    const options = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 }
    const { pointers } = await deliver(recordsOf(4), poisonedBy('2', '3'), options)
    expect(givenUp(pointers).map((pointer) => pointer[2])).toEqual(['2', '3'])
  })

  it('is split at the checkpoint where the response is partial', async () => {
    let first = true
    const { invocations } = await deliver(
      recordsOf(4),
      () => {
        const answer = first ? failing('4') : succeeding
        first = false
        return answer
      },
      { bisectBatchOnFunctionError: true },
    )
    expect(invocations).toEqual([['1', '2', '3', '4'], ['4']])
  })
})

describe('the age of a record', () => {
  const now = Date.parse('2026-03-01T10:00:00Z') / 1000
  const aged = (number: string, seconds: number) => recordOf(number, 'sku', now - seconds)

  it('beyond the limit is given up before the first delivery, apart from younger ones', async () => {
    const records = [aged('1', 300), aged('2', 61), aged('3', 59), aged('4', 200), aged('5', 0)]
    const { invocations, pointers } = await deliver(records, () => succeeding, { maximumRecordAgeInSeconds: 60 })
    expect(invocations).toEqual([['3'], ['5']])
    expect(givenUp(pointers)).toEqual([
      ['RecordAgeExceeded', 0, '1', '2', 2],
      ['RecordAgeExceeded', 0, '4', '4', 1],
    ])
    expect(pointers[0]).not.toHaveProperty('responseContext')
  })

  it('ends retries', async () => {
    const clock = runningClock()
    const { invocations, pointers } = await deliver([aged('1', 0), aged('2', 0)], throwing, {
      clock,
      maximumRecordAgeInSeconds: 60,
    })
    expect(clock.monotonic()).toBeGreaterThan(60_000)
    expect(givenUp(pointers)).toEqual([['RecordAgeExceeded', invocations.length, '1', '2', 2]])
  })

  it('does not count where the record does not tell it', async () => {
    const records = [{ dynamodb: { SequenceNumber: '1' } }]
    const { invocations } = await deliver(records, () => succeeding, { maximumRecordAgeInSeconds: 60 })
    expect(invocations).toEqual([['1']])
  })

  it('is read up to a minute younger from DynamoDB Local, which rounds down to the minute', async () => {
    const local = { ...aged('1', 60), eventSourceARN: streamArn.replace('eu-central-1', 'ddblocal') }
    const options = { clock: runningClock(now * 1000 + 30_000), maximumRecordAgeInSeconds: 60 }
    const { invocations, pointers } = await deliver([local, aged('2', 60)], () => succeeding, options)
    expect(givenUp(pointers).map((pointer) => pointer[2])).toEqual(['2'])
    expect(invocations).toEqual([['1']])
  })
})

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

it('the pointer is the document that Lambda sends', async () => {
  const ids: (string | undefined)[] = []
  const options = { maximumRetryAttempts: 0, functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:sync' }
  const records = [recordOf('111', 'a', 1_772_359_199), recordOf('222', 'b', 1_772_359_200)]
  const handler: Handler = (event, context) => {
    ids.push(context?.awsRequestId)
    return throwing(event)
  }
  const { pointers } = await deliver(records, handler, options)
  expect(ids[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
  expect(pointers).toEqual([
    {
      requestContext: {
        requestId: ids[0],
        functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:sync',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 1,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-03-01T10:00:00.000Z',
      DDBStreamBatchInfo: {
        shardId: 'shardId-00000000000000000000-00000001',
        startSequenceNumber: '111',
        endSequenceNumber: '222',
        approximateArrivalOfFirstRecord: '2026-03-01T09:59:59Z',
        approximateArrivalOfLastRecord: '2026-03-01T10:00:00Z',
        batchSize: 2,
        streamArn,
      },
    },
  ])
})

describe('lanes', () => {
  it('keep each partition key in order while others go on', async () => {
    const records = Array.from({ length: 40 }, (_, index) => recordOf(String(index + 1), `sku-${index % 8}`))
    const lanes = new Map<string, Set<number>>()
    const done: string[] = []
    await deliver(records, poisonedBy('1'), {
      batchSize: 1,
      parallelizationFactor: 4,
      maximumRetryAttempts: 3,
      onInvocation: ({ lane, startSequenceNumber, outcome }) => {
        const sku = `sku-${(Number(startSequenceNumber) - 1) % 8}`
        lanes.set(sku, (lanes.get(sku) ?? new Set()).add(lane))
        if (outcome.type === 'success') done.push(startSequenceNumber)
      },
    })
    expect([...lanes.values()].every((taken) => taken.size === 1)).toBe(true)
    expect(new Set([...lanes.values()].flatMap((taken) => [...taken])).size).toBeGreaterThan(1)
    const blocked = [...lanes.get('sku-0')!][0]
    const free = done.filter((number) => ![...lanes.get(`sku-${(Number(number) - 1) % 8}`)!].includes(blocked!))
    expect(done.slice(0, free.length)).toEqual(free)
    expect(done).toHaveLength(39)
  })

  it('take the partition key by its name where a table has two key attributes', async () => {
    const lanes = new Set<number>()
    const records = Array.from({ length: 20 }, (_, index) => ({
      dynamodb: { SequenceNumber: String(index), Keys: { sku: { S: 'one' }, place: { S: String(index) } } },
    }))
    const onInvocation = ({ lane }: Invocation) => void lanes.add(lane)
    await deliver(records, () => succeeding, { parallelizationFactor: 10, partitionKey: 'sku', onInvocation })
    expect(lanes.size).toBe(1)
    lanes.clear()
    await deliver(records, () => succeeding, { parallelizationFactor: 10, onInvocation })
    expect(lanes.size).toBeGreaterThan(1)
  })

  it.each([{ dynamodb: null }, { dynamodb: { Keys: null, SequenceNumber: 7 } }, {}])(
    'take records that are hardly any: %o',
    async (poison) => {
      const { invocations } = await deliver([poison as object], () => succeeding, { parallelizationFactor: 2 })
      expect(invocations).toHaveLength(1)
    },
  )
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
