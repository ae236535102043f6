import { describe, expect, it } from 'vitest'
import { recordOf, streamArn, succeeding } from '../../../support/mapped-records.ts'
import { deliver, givenUp, inTurn, throwing, type Handler } from '../../../support/mapping-runs.ts'
import { runningClock } from '../../../support/running-clock.ts'

const now = Date.parse('2026-03-01T10:00:00Z') / 1000
const aged = (ages: readonly number[]) => ages.map((age, index) => recordOf(String(index + 1), 'sku', now - age))

/** The ages of five records in seconds; what is delivered; what is given up, `first-last` and after how many invocations. */
type Row = readonly [
  rule: string,
  ages: readonly number[],
  limit: number,
  handler: Handler,
  invocations: string,
  expired: string,
]

const succeed = () => succeeding

const rows: readonly Row[] = [
  ['-1: none is too old', [90_000, 604_801], -1, succeed, '12', ''],
  ['at the limit is not beyond it', [60, 60], 60, succeed, '12', ''],
  ['beyond the limit before the first delivery', [61, 59], 60, succeed, '2', '1-1×0'],
  ['apart from younger ones', [300, 61, 59, 200, 0], 60, succeed, '3 5', '1-2×0 4-4×0'],
  ['all of a batch', [3601, 3600.5], 3600, succeed, '', '1-2×0'],
  ['a week', [604_801, 604_800], 604_800, succeed, '2', '1-1×0'],
  ['while it is retried', [59.95, 0], 60, inTurn(throwing), '12 2', '1-1×1'],
]

describe('maximumRecordAgeInSeconds', () => {
  it.each(rows)('%s', async (_, ages, limit, handler, invocations, expired) => {
    const run = await deliver(aged(ages), handler, { maximumRecordAgeInSeconds: limit })
    expect(run.invocations.map((numbers) => numbers.join('')).join(' ')).toBe(invocations)
    expect(
      givenUp(run.pointers)
        .map(([condition, count, first, last]) => `${condition} ${first}-${last}×${count}`)
        .join(' '),
    ).toBe(expired.replace(/\S+/g, 'RecordAgeExceeded $&'))
  })

  it('ends retries without end', async () => {
    const clock = runningClock()
    const options = { clock, maximumRecordAgeInSeconds: 60 }
    const { invocations, pointers } = await deliver(aged([0, 0]), throwing, options)
    expect(clock.monotonic()).toBeGreaterThan(60_000)
    expect(givenUp(pointers)).toEqual([['RecordAgeExceeded', invocations.length, '1', '2', 2]])
  })

  it('does not count where the record does not tell it', async () => {
    const records = [{ dynamodb: { SequenceNumber: '1' } }]
    const { invocations } = await deliver(records, succeed, { maximumRecordAgeInSeconds: 60 })
    expect(invocations).toEqual([['1']])
  })

  it('is read up to a minute younger from DynamoDB Local, which rounds down to the minute', async () => {
    const [first, second] = aged([60, 60])
    const local = { ...first, eventSourceARN: streamArn.replace('eu-central-1', 'ddblocal') }
    const options = { clock: runningClock(now * 1000 + 30_000), maximumRecordAgeInSeconds: 60 }
    const { invocations, pointers } = await deliver([local, second!], succeed, options)
    expect(givenUp(pointers).map((pointer) => pointer[2])).toEqual(['2'])
    expect(invocations).toEqual([['1']])
  })
})
