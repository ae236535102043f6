import { describe, expect, it } from 'vitest'
import type { MappingOptions } from '../../../../src/testing/event-source-mapping.ts'
import { failing } from '../../../support/mapped-records.ts'
import { givenUp, inTurn, throwing, type Handler } from '../../../support/mapping-runs.ts'
import { runningClock } from '../../../support/running-clock.ts'
import { base, counting, windowed, writtenAt } from '../../../support/window-runs.ts'

const megabyte = 1024 * 1024
const stateOf = (bytes: number) => ({ state: 'x'.repeat(bytes - 2) }) // less the quotes

/** Fails whatever is the last of its window, so many times. */
function failingFinals(times: number): Handler {
  let left = times
  return (event) => (event.isFinalInvokeForWindow && left-- > 0 ? throwing(event) : counting(event))
}

describe('a last invocation that fails', () => {
  const lastBatch = { finalInvocation: 'lastBatch' } as const
  const rows: readonly (readonly [string, Partial<MappingOptions>, Handler, string, string])[] = [
    [
      'suspends the lane until it succeeds, whatever the retries',
      { maximumRetryAttempts: 1 },
      failingFinals(4),
      '0 1 0, 0 - 1 final, 0 - 1 final, 0 - 1 final, 0 - 1 final, 0 - 1 final, 60 2 0, 60 - 1 final',
      '',
    ],
    [
      'with its records, too',
      { maximumRetryAttempts: 0, undocumented: lastBatch },
      failingFinals(2),
      '0 1 0 final, 0 1 0 final, 0 1 0 final, 60 2 0 final',
      '',
    ],
    [
      'is given up without a pointer, in the other reading',
      { maximumRetryAttempts: 1, undocumented: { failedFinal: 'retryPolicy' } },
      failingFinals(2),
      '0 1 0, 0 - 1 final, 0 - 1 final, 60 2 0, 60 - 1 final',
      '',
    ],
    [
      'is followed by one without records, once those are given up',
      { maximumRetryAttempts: 0, undocumented: { failedFinal: 'retryPolicy', ...lastBatch } },
      failingFinals(1),
      '0 1 0 final, 0 - 0 final, 60 2 0 final',
      '1',
    ],
  ]
  it.each(rows)('%s', async (_, options, handler, events, pointers) => {
    const run = await windowed(writtenAt(0, 60), handler, options)
    expect(run.events.join(', ')).toBe(events)
    expect(givenUp(run.pointers).map((pointer) => pointer[2])).toEqual(pointers === '' ? [] : [pointers])
  })

  it('with too old records loses them, not the window', async () => {
    const clock = runningClock((base + 90) * 1000)
    const options = { clock, maximumRecordAgeInSeconds: 60, undocumented: lastBatch }
    const { events, pointers } = await windowed(writtenAt(0, 59), counting, options)
    expect(givenUp(pointers)).toEqual([['RecordAgeExceeded', 0, '1', '1', 1]])
    expect(events).toEqual(['0 2 0 final'])
  })

  it('is split with its records, of which the last ones are the last', async () => {
    const options = { bisectBatchOnFunctionError: true, undocumented: lastBatch }
    const { events } = await windowed(writtenAt(0, 1), inTurn(throwing, counting, counting), options)
    expect(events).toEqual(['0 12 0 final', '0 1 0', '0 2 1 final'])
    const partial: Handler = (event) => ({ ...failing('2'), ...counting(event) })
    const other = await windowed(writtenAt(0, 1), inTurn(partial, counting), options)
    expect(other.events).toEqual(['0 12 0 final', '0 2 2 final'])
  })
})

describe('a state', () => {
  it('of 1 MB is kept', async () => {
    const { events } = await windowed(
      writtenAt(0, 1, 2),
      inTurn(() => stateOf(megabyte), counting, counting),
    )
    expect(events).toEqual(['0 12 0', '0 3 0', '0 - 1 final'])
  })

  it('above 1 MB ends the window early, and what comes within it begins anew', async () => {
    const handler = inTurn(() => stateOf(megabyte + 1), counting, counting, counting)
    const { events } = await windowed(writtenAt(0, 1, 2), handler)
    expect(events).toEqual(['0 12 0', '0 - 0 final early', '0 3 0', '0 - 1 final'])
  })

  it('above 1 MB is handed to the last invocation, which suspends as any other', async () => {
    const seen: unknown[] = []
    const handler: Handler = (event) => {
      if (event.isFinalInvokeForWindow) seen.push(event.state)
      return inOrder(event, undefined)
    }
    const inOrder = inTurn(() => stateOf(megabyte + 1), throwing, counting)
    const { events } = await windowed(writtenAt(0, 1), handler, { maximumRetryAttempts: 0 })
    expect(events).toEqual(['0 12 0', '0 - 0 final early', '0 - 0 final early'])
    expect(seen).toEqual(Array(2).fill(stateOf(megabyte + 1).state))
  })

  it('above 1 MB with a partial response ends the window before the rest is delivered', async () => {
    const handler = inTurn(() => ({ ...failing('2'), ...stateOf(megabyte + 1) }), counting, counting, counting)
    const { events } = await windowed(writtenAt(0, 1), handler)
    expect(events).toEqual(['0 12 0', '0 - 0 final early', '0 2 0', '0 - 1 final'])
  })

  it('takes room from the records of the next batch', async () => {
    const large = { note: 'x'.repeat(2.8 * megabyte) }
    const records = writtenAt(0, 1, 2, 3, 4).map((record, index) => (index === 0 ? record : { ...record, ...large }))
    const { invocations } = await windowed(records, () => stateOf(megabyte), { batchSize: 3 })
    expect(invocations.map((batch) => batch.length)).toEqual([3, 1, 1, 0])
  })
})
