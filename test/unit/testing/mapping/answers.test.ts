import { describe, expect, it } from 'vitest'
import { failing, recordsOf, succeeding } from '../../../support/mapped-records.ts'
import { deliver, givenUp, inTurn, throwing, type Handler } from '../../../support/mapping-runs.ts'

/** What a batch of the records 1, 2 and 3 comes to; a number: everything from this record on is delivered again. */
type Judged = 'success' | 'failure' | '2' | '3'

type Row = readonly [answer: string, handler: Handler, judged: Judged, leniently?: Judged]

const throwingNothing: Handler = () => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- handlers in plain JavaScript do that
  throw undefined
}
const answering = (answer: unknown) => () => answer
const naming = (...identifiers: readonly unknown[]) =>
  answering({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) })
const listing = (...entries: readonly unknown[]) => answering({ batchItemFailures: entries })

const table: readonly Row[] = [
  ['undefined', answering(undefined), 'success'],
  ['null', answering(null), 'success'],
  ['an empty text', answering(''), 'success'],
  ['[]', answering([]), 'success'],
  ['{}', answering({}), 'success'],
  ['{ batchItemFailures: null }', answering({ batchItemFailures: null }), 'success'],
  ['{ batchItemFailures: undefined }', answering({ batchItemFailures: undefined }), 'success'],
  ['{ batchItemFailures: [] }', answering(succeeding), 'success'],
  ['an object of another kind', answering({ failures: ['2'] }), 'success'],
  ['a function, which JSON does not have', answering(() => undefined), 'success'],
  ['one identifier', naming('2'), '2'],
  ['several, the lowest of which counts', naming('3', '2'), '2'],
  ['the same one twice', naming('3', '3'), '3'],
  ['an empty identifier', naming(''), 'failure'],
  ['null for an identifier', naming(null), 'failure'],
  ['true for an identifier', naming(true), 'failure'],
  ['an object for an identifier', naming({ S: '2' }), 'failure'],
  ['a number for an identifier', naming(2), 'failure', '2'],
  ['a number that is not in the batch', naming(4), 'failure'],
  ['an identifier that is not in the batch', naming('4'), 'failure'],
  ['an identifier with a zero in front', naming('02'), 'failure'],
  ['a wrong key', listing({ sequenceNumber: '2' }), 'failure'],
  ['a key in another case', listing({ ItemIdentifier: '2' }), 'failure'],
  ['an entry without a key', listing({}), 'failure'],
  ['an entry that is a text', listing('2'), 'failure'],
  ['an entry that is null', listing(null), 'failure'],
  ['a bad entry behind a good one', naming('3', ''), 'failure'],
  ['a text', answering('done'), 'failure', 'success'],
  ['a number', answering(200), 'failure', 'success'],
  ['a boolean', answering(true), 'failure', 'success'],
  ['a list with content', answering([{ itemIdentifier: '2' }]), 'failure', 'success'],
  ['a text for the list', answering({ batchItemFailures: '2' }), 'failure', 'success'],
  ['an object for the list', answering({ batchItemFailures: { itemIdentifier: '2' } }), 'failure', 'success'],
  ['what has no JSON', answering({ batchItemFailures: [], size: 1n }), 'failure'],
  ['more than 6 MB', answering({ report: 'x'.repeat(6 * 1024 * 1024) }), 'failure'],
  ['a throw', throwing, 'failure'],
  ['a throw of nothing', throwingNothing, 'failure'],
]

const rows = table.map(([answer, handler, judged, leniently = judged]) => [answer, handler, judged, leniently] as const)

const expected: Readonly<Record<Judged, readonly string[]>> = {
  success: [],
  failure: ['1', '2', '3'],
  '2': ['2', '3'],
  '3': ['3'],
}

describe.each(rows)('the answer: %s', (answer, handler, judged, leniently) => {
  it.each([
    ['failure' as const, judged],
    ['lenient' as const, leniently],
  ])('read as %s is: %s', async (answers, verdict) => {
    const { invocations } = await deliver(recordsOf(3), inTurn(handler), { undocumented: { answers } })
    expect(invocations[1] ?? []).toEqual(expected[verdict])
  })

  it('without reportBatchItemFailures is looked at only if it is a throw', async () => {
    const { invocations } = await deliver(recordsOf(3), inTurn(handler), { reportBatchItemFailures: false })
    expect(invocations).toHaveLength(answer.startsWith('a throw') ? 2 : 1)
  })
})

describe('a partial response', () => {
  it('delivers again everything from the lowest number on, in numbers and not in text', async () => {
    const { invocations } = await deliver(
      recordsOf(4, 8),
      inTurn(() => failing('11', '9')),
    )
    expect(invocations).toEqual([
      ['8', '9', '10', '11'],
      ['9', '10', '11'],
    ])
  })

  it('loses nothing of records that were given in a wrong order', async () => {
    const records = ['5', '2', '3'].map((number) => recordsOf(1, Number(number))[0]!)
    const { invocations } = await deliver(
      records,
      inTurn(() => failing('5', '3')),
    )
    expect(invocations[1]).toEqual(['5', '3'])
    const other = await deliver(
      records,
      inTurn(() => failing('5')),
    )
    expect(other.invocations[1]).toEqual(['5', '2', '3'])
  })

  it('compares numbers whatever zeros stand in front', async () => {
    const records = ['0009', '010'].map((SequenceNumber) => ({ dynamodb: { SequenceNumber } }))
    const { pointers } = await deliver(records, () => failing('010', '0009'), { maximumRetryAttempts: 0 })
    expect(givenUp(pointers)).toEqual([['RetryAttemptsExhausted', 1, '0009', '010', 2]])
  })
})
