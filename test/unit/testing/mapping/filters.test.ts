import { describe, expect, it } from 'vitest'
import { eventSourceMapping, type FilterCriteria } from '../../../../src/testing/event-source-mapping.ts'
import { fakeStreams } from '../../../support/fake-streams.ts'
import { failing, numbersOf, recordOf, recordsOf, streamArn, succeeding } from '../../../support/mapped-records.ts'
import { deliver, givenUp, inTurn } from '../../../support/mapping-runs.ts'
import { runningClock } from '../../../support/running-clock.ts'

const filters = (...patterns: readonly object[]): FilterCriteria => ({
  Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })),
})
const ofSku = (...skus: readonly string[]) => ({ dynamodb: { Keys: { sku: { S: skus } } } })

describe('filterCriteria', () => {
  const rows: readonly (readonly [rule: string, criteria: FilterCriteria, delivered: readonly string[]])[] = [
    ['no filters: all', {}, ['1', '2', '3', '4']],
    ['an empty list: all', { Filters: [] }, ['1', '2', '3', '4']],
    ['one filter', filters(ofSku('sku-2')), ['2']],
    ['several filters are alternatives', filters(ofSku('sku-4'), ofSku('sku-2'), ofSku('sku-2')), ['2', '4']],
    ['none matches', filters(ofSku('sku-9')), []],
    ['outside dynamodb', filters({ eventName: ['INSERT'] }), []],
  ]
  it.each(rows)('%s', async (_, filterCriteria, delivered) => {
    const { invocations } = await deliver(recordsOf(4), () => succeeding, { filterCriteria })
    expect(invocations.flat()).toEqual(delivered)
  })

  it('takes no place in a batch for what is filtered', async () => {
    const filterCriteria = filters(ofSku('sku-2', 'sku-4', 'sku-5'))
    const { invocations } = await deliver(recordsOf(6), () => succeeding, { filterCriteria, batchSize: 2 })
    expect(invocations).toEqual([['2', '4'], ['5']])
  })

  it('never retries, gives up or points to what is filtered', async () => {
    const options = { filterCriteria: filters(ofSku('sku-2', 'sku-4')), maximumRetryAttempts: 0 }
    const { invocations, pointers } = await deliver(
      [...recordsOf(4), recordOf('5', 'sku-5', 0)],
      inTurn(() => failing('2')),
      { ...options, maximumRecordAgeInSeconds: 60 },
    )
    expect(invocations).toEqual([['2', '4']])
    expect(givenUp(pointers)).toEqual([['RetryAttemptsExhausted', 1, '2', '4', 2]])
  })

  it('judges what was polled in the form that the handler gets, and is done with the rest', async () => {
    const records = [
      { dynamodb: { SequenceNumber: '1', NewImage: { photo: { B: Uint8Array.of(1, 255) } } } },
      { dynamodb: { SequenceNumber: '2', NewImage: { photo: { B: Uint8Array.of(2) } } } },
    ]
    const shards = [
      { id: 'parent', records, closed: true },
      { id: 'child', parent: 'parent', records: [recordOf('3')] },
    ]
    const seen: string[] = []
    await eventSourceMapping({
      stream: { client: fakeStreams(shards).client, streamArn },
      clock: runningClock(),
      drain: true,
      filterCriteria: filters({ dynamodb: { NewImage: { photo: { B: ['Af8='] } } } }, ofSku('sku-3')),
      handler: async (event) => void seen.push(...numbersOf(event)),
    }).run()
    expect(seen).toEqual(['1', '3'])
  })
})
