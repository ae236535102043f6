import { describe, expect, it } from 'vitest'
import type { MappingOptions } from '../../../../src/testing/event-source-mapping.ts'
import { failing, numbersOf, recordsOf, succeeding } from '../../../support/mapped-records.ts'
import { deliver, givenUp, inTurn, poisonedBy, throwing, type Handler } from '../../../support/mapping-runs.ts'
import { runningClock } from '../../../support/running-clock.ts'

type Row = readonly [
  rule: string,
  options: Partial<MappingOptions>,
  handler: Handler,
  invocations: string,
  pointers?: string,
]

const whole = ([rule, options, handler, invocations, pointers = '']: Row) =>
  [rule, options, handler, invocations, pointers] as const

/** `1234 12 34`: three invocations. `3-4×2`: records 3 to 4 were given up after two. */
async function story(records: number, handler: Handler, options: Partial<MappingOptions>) {
  const { invocations, pointers } = await deliver(recordsOf(records), handler, options)
  return {
    invocations: invocations.map((numbers) => numbers.join('')).join(' '),
    pointers: givenUp(pointers)
      .map(([, count, first, last]) => `${first}-${last}×${count}`)
      .join(' '),
  }
}

/** Names the one record that fails, as a handler does that goes on behind it. */
const reporting =
  (number: string): Handler =>
  (event) =>
    numbersOf(event).includes(number) ? failing(number) : succeeding

const bisect = { bisectBatchOnFunctionError: true }
const twoReadings = (checkpoint: 'newBatch' | 'retry') => ({ undocumented: { checkpoint } })

const bisectRows: readonly Row[] = [
  ['off: a throw repeats the batch', { maximumRetryAttempts: 1 }, poisonedBy('3'), '1234 1234', '1-4×2'],
  [
    'a throw halves down to the poisoned record; splits use up no retries',
    { ...bisect, maximumRetryAttempts: 1 },
    poisonedBy('3'),
    '1234 12 34 3 3 4',
    '3-3×2',
  ],
  [
    'a throw halves even without retries',
    { ...bisect, maximumRetryAttempts: 0 },
    poisonedBy('2', '3'),
    '1234 12 1 2 34 3 4',
    '2-2×1 3-3×1',
  ],
  [
    'a time-out halves',
    { ...bisect, maximumRetryAttempts: 0 },
    (event) => (numbersOf(event).length > 1 ? new Promise(() => undefined) : succeeding),
    '1234 12 1 2 34 3 4',
  ],
  [
    'an answer that is a complete failure halves',
    { ...bisect, maximumRetryAttempts: 0 },
    (event) => (numbersOf(event).length > 1 ? failing('5') : succeeding),
    '1234 12 1 2 34 3 4',
  ],
  [
    'a throw halves without reportBatchItemFailures, too',
    { ...bisect, reportBatchItemFailures: false, maximumRetryAttempts: 0 },
    poisonedBy('1'),
    '1234 12 1 2 34',
    '1-1×1',
  ],
  ['a partial response splits at its checkpoint', bisect, inTurn(reporting('3')), '1234 34'],
  ['off: a partial response splits there all the same', {}, inTurn(reporting('3')), '1234 34'],
  [
    'a partial response that names the first record has nothing to split',
    { ...bisect, maximumRetryAttempts: 1 },
    reporting('1'),
    '1234 1234',
    '1-4×2',
  ],
  [
    'a partial response without reportBatchItemFailures is ignored',
    { ...bisect, reportBatchItemFailures: false },
    reporting('3'),
    '1234',
  ],
  [
    'a partial response, and then a throw in what is left',
    { ...bisect, maximumRetryAttempts: 0 },
    inTurn(reporting('2'), throwing, throwing),
    '1234 234 23 2 3 4',
  ],
]

describe('bisectBatchOnFunctionError', () => {
  it.each(bisectRows.map(whole))('%s', async (_, options, handler, invocations, pointers) => {
    expect(await story(4, handler, options)).toEqual({ invocations, pointers })
  })
})

const retryRows: readonly Row[] = [
  ['0: once', { maximumRetryAttempts: 0 }, poisonedBy('1'), '12 3', '1-2×1'],
  ['1: twice', { maximumRetryAttempts: 1 }, poisonedBy('1'), '12 12 3', '1-2×2'],
  ['4: five times', { maximumRetryAttempts: 4 }, poisonedBy('1'), '12 12 12 12 12 3', '1-2×5'],
  ['-1: until it succeeds', { maximumRetryAttempts: -1 }, inTurn(throwing, throwing), '12 12 12 3'],
  ['default: until it succeeds', {}, inTurn(throwing, throwing), '12 12 12 3'],
  [
    'a shorter rest is counted anew',
    { maximumRetryAttempts: 1, ...twoReadings('newBatch') },
    reporting('2'),
    '12 2 2 3',
    '2-2×2',
  ],
  [
    'a shorter rest is counted on, in the other reading',
    { maximumRetryAttempts: 1, ...twoReadings('retry') },
    reporting('2'),
    '12 2 3',
    '2-2×2',
  ],
  [
    'a shorter rest is given up at once where nothing may be retried, in the other reading',
    { maximumRetryAttempts: 0, ...twoReadings('retry') },
    reporting('2'),
    '12 3',
    '2-2×1',
  ],
  [
    'given up without a destination, and on',
    { maximumRetryAttempts: 0, onFailure: undefined },
    poisonedBy('1'),
    '12 3',
  ],
]

describe('maximumRetryAttempts', () => {
  it.each(retryRows.map(whole))('%s', async (_, options, handler, invocations, pointers) => {
    expect(await story(3, handler, { batchSize: 2, ...options })).toEqual({ invocations, pointers })
  })

  it('-1 has no end: 501 deliveries of one record', async () => {
    let left = 500
    const { invocations } = await deliver(recordsOf(1), () => (left-- > 0 ? failing('1') : succeeding))
    expect(invocations).toHaveLength(501)
  })

  it('waits twice as long each time, at most 10 s', async () => {
    const clock = runningClock()
    const times: number[] = []
    await deliver(recordsOf(1), () => times.push(clock.monotonic()) && failing('1'), { clock, maximumRetryAttempts: 9 })
    const waits = times.slice(1).map((time, index) => time - times[index]!)
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
  })
})
