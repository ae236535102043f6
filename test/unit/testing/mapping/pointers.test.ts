import { describe, expect, it } from 'vitest'
import {
  eventSourceMapping,
  type MappingOptions,
  type OnFailurePointer,
} from '../../../../src/testing/event-source-mapping.ts'
import { failing, numbersOf, recordOf, recordsOf, streamArn, succeeding } from '../../../support/mapped-records.ts'
import { runningClock } from '../../../support/running-clock.ts'
import { deliver, inTurn, poisonedBy, throwing, type Handler } from '../../../support/mapping-runs.ts'

const hour = 3600
const old = (...ages: readonly number[]) =>
  ages.map((age, index) => recordOf(String(index + 1), 'sku', 1_772_359_200 - age))

type Row = readonly [
  rule: string,
  records: readonly object[],
  options: Partial<MappingOptions>,
  handler: Handler,
  pointer: readonly [condition: string, count: number, functionError: string | null | undefined, size: number],
]

const rows: readonly Row[] = [
  ['a throw', recordsOf(2), { maximumRetryAttempts: 0 }, throwing, ['RetryAttemptsExhausted', 1, 'Unhandled', 2]],
  [
    'a time-out',
    recordsOf(2),
    { maximumRetryAttempts: 1 },
    () => new Promise(() => undefined),
    ['RetryAttemptsExhausted', 2, 'Unhandled', 2],
  ],
  [
    'an answer that reports failure',
    recordsOf(2),
    { maximumRetryAttempts: 2 },
    () => failing('1'),
    ['RetryAttemptsExhausted', 3, null, 2],
  ],
  [
    'an answer that cannot be read',
    recordsOf(2),
    { maximumRetryAttempts: 0 },
    () => failing(''),
    ['RetryAttemptsExhausted', 1, null, 2],
  ],
  [
    'a throw, and then an answer: the last one counts',
    recordsOf(1),
    { maximumRetryAttempts: 1 },
    inTurn(throwing, () => failing('1')),
    ['RetryAttemptsExhausted', 2, null, 1],
  ],
  [
    'a half counts from the split on',
    recordsOf(4),
    { maximumRetryAttempts: 1, bisectBatchOnFunctionError: true },
    poisonedBy('4'),
    ['RetryAttemptsExhausted', 2, 'Unhandled', 1],
  ],
  [
    'too old before its first delivery: never invoked, no response',
    old(hour, hour),
    { maximumRecordAgeInSeconds: 60 },
    () => succeeding,
    ['RecordAgeExceeded', 0, undefined, 2],
  ],
  [
    'too old while it was retried',
    old(59, 59),
    { maximumRecordAgeInSeconds: 60, retryDelayMs: 2000 },
    throwing,
    ['RecordAgeExceeded', 1, 'Unhandled', 2],
  ],
]

describe('the pointer to what is given up', () => {
  it.each(rows)('%s', async (_, records, options, handler, [condition, count, functionError, size]) => {
    const { pointers } = await deliver(records, handler, options)
    expect(pointers).toHaveLength(1)
    expect(pointers[0]).toMatchObject({
      requestContext: { condition, approximateInvokeCount: count },
      DDBStreamBatchInfo: { batchSize: size },
    })
    expect(pointers[0]!.responseContext?.functionError).toBe(functionError)
    expect('responseContext' in pointers[0]!).toBe(functionError !== undefined)
  })

  it('is the document that Lambda sends', async () => {
    const ids: (string | undefined)[] = []
    const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:sync'
    const records = [recordOf('111', 'a', 1_772_359_199), recordOf('222', 'b', 1_772_359_200)]
    const handler: Handler = (event, context) => {
      ids.push(context?.awsRequestId)
      return throwing(event)
    }
    const { pointers } = await deliver(records, handler, { maximumRetryAttempts: 0, functionArn })
    expect(ids[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
    expect(pointers).toEqual([
      {
        requestContext: {
          requestId: ids[0],
          functionArn,
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

  it('names the request of the last invocation', async () => {
    const ids: (string | undefined)[] = []
    const handler: Handler = (event, context) => {
      ids.push(context?.awsRequestId)
      return failing(...numbersOf(event))
    }
    const { pointers } = await deliver(recordsOf(1), handler, { maximumRetryAttempts: 2 })
    expect(new Set(ids).size).toBe(3)
    expect(pointers[0]?.requestContext.requestId).toBe(ids[2])
  })
})

describe('the pointers to parts of a halved batch', () => {
  const halving = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 }
  type Pointers = readonly (readonly [
    rule: string,
    poisoned: readonly string[],
    separate: string,
    consolidated: string,
  ])[]
  const parts: Pointers = [
    ['one', ['3'], '3-3', '3-3'],
    ['neighbours', ['2', '3', '4'], '2-2 3-3 4-4', '2-4'],
    ['with a success between them', ['1', '3'], '1-1 3-3', '1-1 3-3'],
    ['to the end of the batch', ['5', '6'], '5-5 6-6', '5-6'],
    ['never of two batches', ['6', '7'], '6-6 7-7', '6-6 7-7'],
    ['all', ['1', '2', '3', '4', '5', '6'], '1-1 2-2 3-3 4-4 5-5 6-6', '1-6'],
  ]
  it.each(parts)('%s', async (_, poisoned, ...expected) => {
    for (const [index, halvedPointers] of (['separate', 'consolidated'] as const).entries()) {
      const options = { ...halving, batchSize: 6, undocumented: { halvedPointers } }
      const { pointers } = await deliver(recordsOf(8), poisonedBy(...poisoned), options)
      const batches = pointers.map(({ DDBStreamBatchInfo: batch }) => batch)
      expect(batches.map((one) => `${one.startSequenceNumber}-${one.endSequenceNumber}`).join(' ')).toBe(
        expected[index],
      )
      for (const { batchSize, startSequenceNumber: first, endSequenceNumber: last } of batches)
        expect(batchSize).toBe(Number(last) - Number(first) + 1)
    }
  })

  it('wait for the next run where the destination refuses them', async () => {
    const told: OnFailurePointer[] = []
    let refusing = true
    const mapping = eventSourceMapping({
      ...halving,
      clock: runningClock(),
      records: recordsOf(2),
      undocumented: { halvedPointers: 'consolidated' },
      handler: async () => throwing({ Records: [] }),
      onFailure: (pointer) => {
        if (refusing) throw new Error('the destination refuses')
        told.push(pointer)
      },
    })
    await expect(mapping.run()).rejects.toThrow('the destination refuses')
    refusing = false
    await mapping.run()
    await mapping.run()
    expect(told.map(({ DDBStreamBatchInfo: batch }) => batch.batchSize)).toEqual([2])
  })
})
