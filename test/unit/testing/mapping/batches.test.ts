import { describe, expect, it } from 'vitest'
import type { MappingOptions } from '../../../../src/testing/event-source-mapping.ts'
import { failing, recordsOf, succeeding } from '../../../support/mapped-records.ts'
import { deliver, throwing } from '../../../support/mapping-runs.ts'

const sized = (megabytes: readonly number[]) =>
  megabytes.map((size, index) => ({
    dynamodb: { SequenceNumber: String(index + 1), NewImage: { large: { S: 'x'.repeat(size * 1024 * 1024) } } },
  }))

type Row = readonly [
  rule: string,
  records: readonly object[],
  options: Partial<MappingOptions>,
  sizes: readonly number[],
]

const rows: readonly Row[] = [
  ['no records, no invocation', [], {}, []],
  ['100 by default', recordsOf(250), {}, [100, 100, 50]],
  ['batchSize at most', recordsOf(5), { batchSize: 2 }, [2, 2, 1]],
  ['one at a time', recordsOf(3), { batchSize: 1 }, [1, 1, 1]],
  ['10,000 at most', recordsOf(10_001), { batchSize: 10_000 }, [10_000, 1]],
  ['6 MB at most', sized([2.5, 2.5, 2.5, 2.5, 2.5]), {}, [2, 2, 1]],
  ['a record that is larger comes alone', sized([1, 7, 1]), {}, [1, 1, 1]],
]

describe('a batch', () => {
  it.each(rows)('%s', async (_, records, options, sizes) => {
    const { invocations } = await deliver(records, () => succeeding, options)
    expect(invocations.map((batch) => batch.length)).toEqual(sizes)
    expect(invocations.flat()).toEqual(records.map((_record, index) => String(index + 1)))
  })

  it('without records calls no handler and no destination', async () => {
    expect(await deliver([], throwing)).toEqual({ invocations: [], events: [], pointers: [] })
  })

  it('reaches the handler as a copy of its own at each delivery', async () => {
    const { events } = await deliver(
      recordsOf(1),
      (event) => {
        Object.assign(event.Records[0]!, { eventID: 'overwritten' })
        return failing('1')
      },
      { maximumRetryAttempts: 1 },
    )
    expect(events).toEqual([{ Records: recordsOf(1) }, { Records: recordsOf(1) }])
  })
})
