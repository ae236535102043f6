import { describe, expect, it } from 'vitest'
import { fakeStreams, type FakeShard } from '../../../support/fake-streams.ts'
import { failing, numbersOf, recordOf, recordsOf, succeeding } from '../../../support/mapped-records.ts'
import { runningClock } from '../../../support/running-clock.ts'
import { delivered, draining, shard } from '../../../support/stream-runs.ts'

type Row = readonly [
  rule: string,
  shards: readonly FakeShard[],
  startingPosition: 'TRIM_HORIZON' | 'LATEST',
  numbers: string,
]

const closed = { closed: true }
const rows: readonly Row[] = [
  ['no shards', [], 'TRIM_HORIZON', ''],
  ['a shard without records', [shard('one', [])], 'TRIM_HORIZON', ''],
  ['all that is there', [shard('one', recordsOf(3))], 'TRIM_HORIZON', '1 2 3'],
  ['nothing that is there', [shard('one', recordsOf(3))], 'LATEST', ''],
  ['nothing of shards that are closed, either', [shard('one', recordsOf(3), closed)], 'LATEST', ''],
  [
    'a parent before its child, in whatever order they are told',
    [shard('child', recordsOf(2, 3), { parent: 'parent' }), shard('parent', recordsOf(2), closed)],
    'TRIM_HORIZON',
    '1 2 3 4',
  ],
  [
    'a shard that was split before both of its children',
    [
      shard('left', recordsOf(1, 3), { parent: 'parent' }),
      shard('right', recordsOf(1, 4), { parent: 'parent' }),
      shard('parent', recordsOf(2), closed),
    ],
    'TRIM_HORIZON',
    '1 2 3 4',
  ],
  [
    'a grandparent first',
    [
      shard('child', recordsOf(1, 3), { parent: 'parent' }),
      shard('parent', recordsOf(1, 2), { parent: 'grandparent', ...closed }),
      shard('grandparent', recordsOf(1), closed),
    ],
    'TRIM_HORIZON',
    '1 2 3',
  ],
  ['a shard whose parent was trimmed', [shard('child', recordsOf(2), { parent: 'trimmed' })], 'TRIM_HORIZON', '1 2'],
  [
    'no child of a parent that is still open',
    [shard('child', recordsOf(1, 2), { parent: 'parent' }), shard('parent', recordsOf(1))],
    'TRIM_HORIZON',
    '1',
  ],
]

describe('shards are read', () => {
  it.each(rows)('%s', async (_, shards, startingPosition, numbers) => {
    const streams = fakeStreams(shards.map((one) => ({ ...one, records: [...one.records] })))
    expect((await delivered(streams, { startingPosition })).join(' ')).toBe(numbers)
  })
})

describe('a stream that is drained', () => {
  it('is read in all its shards and pages', async () => {
    const shards = ['a', 'b', 'c', 'd', 'e'].map((id, index) => shard(id, recordsOf(5, index * 5 + 1)))
    const numbers = await delivered(fakeStreams(shards, { pageSize: 2 }))
    expect(numbers.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1))
  })

  it('is read parents first: a child begins when each record of its parent is done', async () => {
    const shards = [
      shard('grandchild', recordsOf(2, 30), { parent: 'child' }),
      shard('child', recordsOf(2, 20), { parent: 'parent', closed: true }),
      shard('parent', recordsOf(2, 10), { parent: 'trimmed', closed: true }),
    ]
    const clock = runningClock()
    let failures = 3
    const numbers = await delivered(fakeStreams(shards), {
      clock,
      batchSize: 1,
      handler: async (event) => {
        await clock.sleep(50)
        return numbersOf(event)[0] === '11' && failures-- > 0 ? failing('11') : succeeding
      },
    })
    expect(numbers).toEqual(['10', '11', '11', '11', '11', '20', '21', '30', '31'])
  })

  it('is read on by the next run', async () => {
    const shards = [shard('one', recordsOf(2))]
    const { mapping, invocations } = draining(fakeStreams(shards))
    await mapping.run()
    await mapping.run()
    shards[0]!.records.push(recordOf('3'))
    await mapping.run()
    expect(invocations).toEqual([
      ['1', '2'],
      ['3', '3'],
    ])
  })

  it('from LATEST begins behind what was there at the first look, whole shards included', async () => {
    const shards = [shard('old', recordsOf(2), { closed: true }), shard('open', recordsOf(2, 3), { parent: 'old' })]
    const streams = fakeStreams(shards)
    const { mapping, invocations } = draining(streams, { startingPosition: 'LATEST' })
    await mapping.run()
    expect(invocations).toEqual([])
    expect(streams.calls.filter(({ ShardId }) => ShardId === 'old')).toEqual([])
    shards[1]!.records.push(recordOf('5'))
    shards[1]!.closed = true
    shards.push(shard('new', recordsOf(1, 6), { parent: 'open' }))
    await mapping.run()
    expect(invocations.map(([first]) => first)).toEqual(['5', '6'])
  })
})
