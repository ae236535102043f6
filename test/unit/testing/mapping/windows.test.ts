import { describe, expect, it } from 'vitest'
import type { Invocation, MappedEvent, MappingOptions } from '../../../../src/testing/event-source-mapping.ts'
import { failing, numbersOf, recordOf, recordsOf, streamArn, succeeding } from '../../../support/mapped-records.ts'
import { deliver, inTurn, poisonedBy, throwing, type Handler } from '../../../support/mapping-runs.ts'
import { countIn, counting, windowed, writtenAt } from '../../../support/window-runs.ts'

const lastBatch: Partial<MappingOptions> = { undocumented: { finalInvocation: 'lastBatch' } }

type Row = readonly [
  rule: string,
  times: readonly number[],
  options: Partial<MappingOptions>,
  events: readonly string[],
]

const rows: readonly Row[] = [
  ['a window with its last invocation', [0, 10, 20], {}, ['0 12 0', '0 3 2', '0 - 3 final']],
  ['the end belongs to the next window', [0, 59, 60], {}, ['0 12 0', '0 - 2 final', '60 3 0', '60 - 1 final']],
  ['windows without records are left out', [0, 300], {}, ['0 1 0', '0 - 1 final', '300 2 0', '300 - 1 final']],
  [
    'aligned with 1970, not with the first record',
    [119, 121],
    {},
    ['60 1 0', '60 - 1 final', '120 2 0', '120 - 1 final'],
  ],
  ['a batch is of one window', [0, 60, 61], {}, ['0 1 0', '0 - 1 final', '60 23 0', '60 - 2 final']],
  ['an older record belongs to the open window', [60, 59], {}, ['60 12 0', '60 - 2 final']],
  ['of another length', [0, 400, 899], { tumblingWindowInSeconds: 900 }, ['0 12 0', '0 3 2', '0 - 3 final']],
  ['of one second', [0, 0.5, 1], { tumblingWindowInSeconds: 1 }, ['0 12 0', '0 - 2 final', '1 3 0', '1 - 1 final']],
  ['no records, no window', [], {}, []],
  [
    'in the other reading the last records come with the last invocation',
    [0, 10, 20],
    lastBatch,
    ['0 12 0', '0 3 2 final'],
  ],
  ['of each window', [0, 59, 60], lastBatch, ['0 12 0 final', '60 3 0 final']],
]

describe('tumblingWindowInSeconds', () => {
  it.each(rows)('%s', async (_, times, options, events) => {
    expect((await windowed(writtenAt(...times), counting, options)).events).toEqual(events)
  })

  it('adds to the event what Lambda adds', async () => {
    const { events } = await deliver(writtenAt(0), counting, { tumblingWindowInSeconds: 300 })
    const shared = {
      window: { start: '2026-03-01T10:00:00Z', end: '2026-03-01T10:05:00Z' },
      shardId: 'shardId-00000000000000000000-00000001',
      eventSourceARN: streamArn,
      isWindowTerminatedEarly: false,
    }
    expect(events).toEqual([
      { ...shared, Records: writtenAt(0), state: {}, isFinalInvokeForWindow: false },
      { ...shared, Records: [], state: { count: 1 }, isFinalInvokeForWindow: true },
    ])
  })

  it('0: adds nothing and needs no state', async () => {
    const { events } = await deliver(recordsOf(1), () => succeeding, { tumblingWindowInSeconds: 0 })
    expect(events).toEqual([{ Records: recordsOf(1) }])
  })

  it('puts a record without a time into the window of now', async () => {
    const { events } = await windowed([{ dynamodb: { SequenceNumber: '1' } }])
    expect(events).toEqual(['0 1 0', '0 - 1 final'])
  })

  it('keeps a state for each lane', async () => {
    const records = Array.from({ length: 30 }, (_, index) => recordOf(String(index + 1), `sku-${index % 6}`))
    const finals: number[] = []
    const handler = (event: MappedEvent) => {
      if (event.isFinalInvokeForWindow) finals.push(countIn(event))
      return counting(event)
    }
    await windowed(records, handler, { parallelizationFactor: 4 })
    expect(finals.length).toBeGreaterThan(1)
    expect(finals.reduce((sum, count) => sum + count)).toBe(30)
  })

  it('tells an observer of the window', async () => {
    const seen: Invocation[] = []
    await windowed(writtenAt(0), counting, { onInvocation: (invocation) => void seen.push(invocation) })
    const window = { start: '2026-03-01T10:00:00Z', end: '2026-03-01T10:01:00Z' }
    expect(seen).toMatchObject([
      { batchSize: 1, window, isFinalInvokeForWindow: false, outcome: { type: 'success', state: { count: 1 } } },
      { batchSize: 0, window, isFinalInvokeForWindow: true, startSequenceNumber: '', endSequenceNumber: '' },
    ])
  })
})

describe('the state', () => {
  const states: readonly unknown[] = [{}, { count: 3 }, null, 'text', 0, false, []]
  it.each(states)('is handed on as it was answered: %j', async (state) => {
    const { events } = await deliver(writtenAt(0), () => ({ state }), { tumblingWindowInSeconds: 60 })
    expect(events.map((event) => event.state)).toEqual([{}, state])
  })

  const without: readonly unknown[] = [
    undefined,
    null,
    {},
    [],
    succeeding,
    'state',
    { State: {} },
    { state: undefined },
  ]
  it.each(without.flatMap((answer) => [true, false].map((report) => [answer, report] as const)))(
    'is required: %j is a failure of the whole batch (reportBatchItemFailures: %s)',
    async (answer, reportBatchItemFailures) => {
      const handler = inTurn(
        () => answer,
        counting,
        () => answer,
        counting,
      )
      const { events } = await windowed(writtenAt(0, 1), handler, { reportBatchItemFailures })
      expect(events).toEqual(['0 12 0', '0 12 0', '0 - 2 final', '0 - 2 final'])
    },
  )

  it('is the one before where a batch fails, is halved, or is given up', async () => {
    const options = { batchSize: 4, bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 }
    const handler: Handler = (event) => {
      poisonedBy('3')(event)
      return counting(event)
    }
    const { events } = await windowed(writtenAt(0, 1, 2, 3), handler, options)
    expect(events).toEqual(['0 1234 0', '0 12 0', '0 34 2', '0 3 2', '0 4 2', '0 - 3 final'])
  })

  it.each([
    ['kept' as const, ['0 12 0', '0 2 1', '0 - 2 final']],
    ['dropped' as const, ['0 12 0', '0 2 0', '0 - 1 final']],
  ])('that comes with a partial response is %s', async (partialState, events) => {
    const handler = inTurn((event) => ({ ...failing(numbersOf(event)[1]!), state: { count: 1 } }), counting, counting)
    const run = await windowed(writtenAt(0, 1), handler, { undocumented: { partialState } })
    expect(run.events).toEqual(events)
  })

  it('is not read from a partial response without reportBatchItemFailures, where it is a success', async () => {
    const handler: Handler = (event) => ({ ...failing('1'), ...counting(event) })
    const { events } = await windowed(writtenAt(0, 1), handler, { reportBatchItemFailures: false })
    expect(events).toEqual(['0 12 0', '0 - 2 final'])
  })

  it('is dropped once it could not be worked with: a throw', async () => {
    const { events } = await windowed(writtenAt(0, 60), inTurn(throwing, counting, counting, counting, counting))
    expect(events).toEqual(['0 1 0', '0 1 0', '0 - 1 final', '60 2 0', '60 - 1 final'])
  })
})
