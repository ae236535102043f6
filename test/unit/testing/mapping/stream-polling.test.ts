import type { Clock } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import { eventSourceMapping, type EventSourceMapping } from '../../../../src/testing/event-source-mapping.ts'
import { fakeStreams, type FakeShard } from '../../../support/fake-streams.ts'
import { failing, numbersOf, recordOf, recordsOf, streamArn, succeeding } from '../../../support/mapped-records.ts'
import { runningClock } from '../../../support/running-clock.ts'
import { draining, shard, type StreamOptions, type Streams } from '../../../support/stream-runs.ts'

describe('a stream that is polled', () => {
  /** Polls until the handler has seen a record with this number. */
  async function pollUntil(last: string, streams: Streams, options: StreamOptions = {}) {
    const clock = options.clock ?? runningClock()
    const seen: { readonly at: number; readonly numbers: readonly string[] }[] = []
    const mapping: EventSourceMapping = eventSourceMapping({
      ...options,
      clock,
      stream: { client: streams.client, streamArn },
      handler: async (event) => {
        seen.push({ at: clock.monotonic(), numbers: numbersOf(event) })
        if (numbersOf(event).includes(last)) void mapping.stop()
      },
    })
    await mapping.run()
    return seen
  }

  /** Writes to a shard at these times. */
  async function writeAt(clock: Clock, into: FakeShard, times: Readonly<Record<string, number>>): Promise<void> {
    for (const [number, at] of Object.entries(times)) {
      await clock.sleep(at - clock.monotonic())
      into.records.push(recordOf(number))
    }
  }

  it('is looked at every 250 ms', async () => {
    const clock = runningClock()
    const one = shard('one', [])
    const streams = fakeStreams([one])
    const [seen] = await Promise.all([pollUntil('2', streams, { clock }), writeAt(clock, one, { 1: 600, 2: 900 })])
    expect(seen).toEqual([
      { at: 750, numbers: ['1'] },
      { at: 1000, numbers: ['2'] },
    ])
    expect(streams.calls.filter(({ name }) => name === 'GetRecordsCommand').length).toBeLessThan(9)
  })

  it('gathers a batch for the window, from its first record on', async () => {
    const clock = runningClock()
    const one = shard('one', [])
    const options = { clock, maximumBatchingWindowInSeconds: 2, pollingIntervalMs: 100 }
    const writes = writeAt(clock, one, { 1: 950, 2: 1950, 3: 2850, 4: 3450 })
    const [seen] = await Promise.all([pollUntil('4', fakeStreams([one]), options), writes])
    expect(seen).toEqual([
      { at: 3000, numbers: ['1', '2', '3'] },
      { at: 5500, numbers: ['4'] },
    ])
  })

  it('does not wait for the window when a batch is full', async () => {
    const clock = runningClock()
    const options = { clock, maximumBatchingWindowInSeconds: 300, batchSize: 2, pollingIntervalMs: 100 }
    const seen = await pollUntil('4', fakeStreams([shard('one', recordsOf(4))]), options)
    expect(seen.map(({ numbers }) => numbers)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
    expect(clock.monotonic()).toBe(0)
  })

  it('is read on into the children of a shard that closes', async () => {
    const clock = runningClock()
    const shards = [shard('parent', recordsOf(1))]
    const closing = clock.sleep(600).then(() => {
      shards[0]!.closed = true
      shards.push(shard('child', recordsOf(1, 2), { parent: 'parent' }))
    })
    const [seen] = await Promise.all([pollUntil('2', fakeStreams(shards), { clock }), closing])
    expect(seen).toEqual([
      { at: 0, numbers: ['1'] },
      { at: 750, numbers: ['2'] },
    ])
  })

  it('finds shards that appear without a parent', async () => {
    const clock = runningClock()
    const shards = [shard('one', recordsOf(1))]
    const appears = clock.sleep(25_000).then(() => shards.push(shard('two', recordsOf(1, 2))))
    const [seen] = await Promise.all([pollUntil('2', fakeStreams(shards), { clock }), appears])
    expect(seen.map(({ numbers }) => numbers)).toEqual([['1'], ['2']])
    expect(clock.monotonic()).toBe(30_000)
  })

  it('goes on reading for other keys while one is stuck', async () => {
    const clock = runningClock()
    const one = shard('one', [recordOf('1', 'stuck')])
    const seen: string[] = []
    const mapping: EventSourceMapping = eventSourceMapping({
      clock,
      stream: { client: fakeStreams([one], { partitionKey: 'sku' }).client, streamArn },
      parallelizationFactor: 10,
      handler: async (event) => {
        if (numbersOf(event)[0] === '1') return failing('1')
        seen.push(...numbersOf(event))
        if (seen.length === 30) void mapping.stop()
        return succeeding
      },
    })
    const writes = async () => {
      for (let number = 2; seen.length < 30; number++) {
        await clock.sleep(300)
        one.records.push(recordOf(String(number)))
      }
    }
    await Promise.all([mapping.run(), writes()])
    expect(seen).toHaveLength(30)
  })
})

it('a shard that stands still is not read further than 20,000 records and a page', async () => {
  const streams = fakeStreams([shard('one', recordsOf(30_000))])
  const stop = new AbortController()
  const clock = runningClock()
  const run = draining(streams, { clock, signal: stop.signal, batchSize: 10_000, handler: async () => failing('1') })
  const ended = run.mapping.run()
  await clock.sleep(3_600_000)
  const pages = () => streams.calls.filter(({ name }) => name === 'GetRecordsCommand').length
  expect(pages()).toBe(21)
  stop.abort()
  await ended
})
