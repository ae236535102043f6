import { describe, expect, it } from 'vitest'
import { fakeStreams, serviceError } from '../../../support/fake-streams.ts'
import { recordOf, recordsOf } from '../../../support/mapped-records.ts'
import { runningClock } from '../../../support/running-clock.ts'
import { delivered, draining, shard } from '../../../support/stream-runs.ts'

describe('what the stream’s server refuses', () => {
  const get = 'GetRecordsCommand'

  it('because an iterator expired is asked with a new one, behind the last record read', async () => {
    const streams = fakeStreams([shard('one', recordsOf(4))], { pageSize: 2 })
    const throttled = {
      ...streams,
      client: {
        send: async (command: object) => {
          if (streams.calls.filter(({ name }) => name === get).length === 1)
            streams.failNext(get, serviceError('ExpiredIteratorException'))
          return streams.client.send(command)
        },
      },
    }
    expect(await delivered(throttled)).toEqual(['1', '2', '3', '4'])
    expect(streams.calls).toContainEqual(
      expect.objectContaining({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '2' }),
    )
  })

  it('because the records were trimmed is read from what is left', async () => {
    const streams = fakeStreams([shard('one', recordsOf(3, 5))])
    streams.failNext(get, serviceError('TrimmedDataAccessException'))
    expect(await delivered(streams)).toEqual(['5', '6', '7'])
  })

  it.each(['ExpiredIteratorException', 'TrimmedDataAccessException'])(
    'loses nothing that came after LATEST: %s',
    async (name) => {
      const one = shard('one', recordsOf(2))
      const streams = fakeStreams([one])
      const { mapping, invocations } = draining(streams, { startingPosition: 'LATEST', batchSize: 1 })
      await mapping.run()
      one.records.push(recordOf('3'))
      streams.failNext(get, serviceError(name))
      await mapping.run()
      one.records.push(recordOf('4'))
      streams.failNext(get, serviceError(name))
      await mapping.run()
      const numbers = invocations.map(([number]) => number)
      expect(numbers).toContain('3')
      expect(numbers).toContain('4')
    },
  )

  it('because the shard is gone is skipped, and its children begin', async () => {
    const streams = fakeStreams([shard('gone', []), shard('child', recordsOf(1), { parent: 'gone' })])
    streams.failNext('GetShardIteratorCommand', serviceError('ResourceNotFoundException'))
    expect(await delivered(streams)).toEqual(['1'])
  })

  it('by throttling is repeated, with longer and longer pauses', async () => {
    const clock = runningClock()
    const streams = fakeStreams([shard('one', recordsOf(1))])
    for (let times = 0; times < 30; times++) streams.failNext(get, serviceError('LimitExceededException'))
    expect(await delivered(streams, { clock })).toEqual(['1'])
    expect(clock.monotonic()).toBeGreaterThan(200_000)
  })

  it.each([serviceError('InternalServerError', 500), Object.assign(new Error('no'), { code: 'ECONNREFUSED' })])(
    'by a fault is repeated, but not without end: %s',
    async (fault) => {
      const streams = fakeStreams([shard('one', recordsOf(1))])
      for (let times = 0; times < 9; times++) streams.failNext('DescribeStreamCommand', fault)
      expect(await delivered(streams)).toEqual(['1'])
      for (let times = 0; times < 10; times++) streams.failNext('DescribeStreamCommand', fault)
      await expect(delivered(streams)).rejects.toBe(fault)
    },
  )

  it.each(['DescribeStreamCommand', 'GetShardIteratorCommand', get])('for good ends the run: %s', async (call) => {
    const streams = fakeStreams([shard('one', recordsOf(1)), shard('two', recordsOf(1))])
    streams.failNext(call, serviceError('AccessDeniedException'))
    await expect(delivered(streams, { drain: false })).rejects.toThrow('AccessDeniedException of the fake')
  })
})
