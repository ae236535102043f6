import type { Clock, InvocationContext, StreamRecord } from 'dynamodb-stream-sync'
import { describe, expect, it } from 'vitest'
import {
  eventSourceMapping,
  type EventSourceMapping,
  type MappedEvent,
  type MappingOptions,
  type StreamSource,
} from '../../../src/testing/event-source-mapping.ts'
import { fakeStreams, serviceError, type FakeShard } from '../../support/fake-streams.ts'
import { failing, numbersOf, recordOf, recordsOf, streamArn, succeeding } from '../../support/mapped-records.ts'
import { runningClock } from '../../support/running-clock.ts'

type Streams = ReturnType<typeof fakeStreams>
type Options = Partial<MappingOptions & Omit<StreamSource, 'stream'>>

/** A mapping that drains the fake, and what it delivers. */
function draining(streams: Streams, options: Options = {}) {
  const invocations: (readonly string[])[] = []
  const mapping = eventSourceMapping({
    clock: runningClock(),
    drain: true,
    handler: async () => succeeding,
    ...options,
    stream: { client: streams.client, streamArn },
    onInvocation: async (invocation) => {
      await options.onInvocation?.(invocation)
      invocations.push([invocation.startSequenceNumber, invocation.endSequenceNumber])
    },
  })
  return { mapping, invocations }
}

async function delivered(streams: Streams, options: Options = {}): Promise<readonly string[]> {
  const numbers: string[] = []
  const handler = async (event: MappedEvent, context?: InvocationContext) => {
    numbers.push(...numbersOf(event))
    return options.handler?.(event, context)
  }
  await draining(streams, { ...options, handler }).mapping.run()
  return numbers
}

function shard(id: string, records: readonly StreamRecord[], more: Partial<FakeShard> = {}): FakeShard {
  return { id, records: [...records], ...more }
}

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

  it('is empty', async () => {
    expect(await delivered(fakeStreams([]))).toEqual([])
    expect(await delivered(fakeStreams([shard('one', [])]))).toEqual([])
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

describe('a stream that is polled', () => {
  /** Polls until the handler has seen a record with this number. */
  async function pollUntil(last: string, streams: Streams, options: Options = {}) {
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

describe('a record that was polled', () => {
  const read = {
    eventID: 'e1',
    eventName: 'MODIFY',
    dynamodb: {
      ApproximateCreationDateTime: new Date('2026-03-01T10:00:00.900Z'),
      Keys: { sku: { S: 'a' } },
      NewImage: { sku: { S: 'a' }, n: { N: '1.0' }, b: { B: Uint8Array.of(1, 255) } },
      OldImage: { deep: { M: { list: { L: [{ BS: [Uint8Array.of(2), Uint8Array.of(3)] }, { NULL: true }] } } } },
      SequenceNumber: '1',
      SizeBytes: 12,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
  }

  async function eventOf(...records: object[]): Promise<MappedEvent['Records']> {
    const seen: StreamRecord[] = []
    const handler = async ({ Records }: MappedEvent) => void seen.push(...Records)
    await draining(fakeStreams([{ id: 'one', records }]), { handler }).mapping.run()
    return seen
  }

  it('reaches the handler in Lambda’s form', async () => {
    expect(await eventOf(read)).toEqual([
      {
        eventID: 'e1',
        eventName: 'MODIFY',
        eventSource: 'aws:dynamodb',
        eventVersion: '1.1',
        awsRegion: 'eu-central-1',
        eventSourceARN: streamArn,
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
        dynamodb: {
          ApproximateCreationDateTime: 1_772_359_200,
          Keys: { sku: { S: 'a' } },
          NewImage: { sku: { S: 'a' }, n: { N: '1.0' }, b: { B: 'Af8=' } },
          OldImage: { deep: { M: { list: { L: [{ BS: ['Ag==', 'Aw=='] }, { NULL: true }] } } } },
          SequenceNumber: '1',
          SizeBytes: 12,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      },
    ])
  })

  it('keeps what the server says of itself', async () => {
    const own = { eventVersion: '1.0', awsRegion: 'dynoxide', eventSource: 'aws:dynamodb' }
    expect(await eventOf({ ...read, ...own })).toMatchObject([own])
  })

  it('is skipped where the write changed nothing, which AWS makes no record of', async () => {
    const image = { sku: { S: 'a' }, tags: { SS: ['x', 'y'] } }
    const same = { ...image, tags: { SS: ['y', 'x'] } }
    const change = (NewImage: object | undefined, OldImage: object | undefined, SequenceNumber: string) => ({
      eventName: 'MODIFY',
      dynamodb: { NewImage, OldImage, SequenceNumber },
    })
    const other = { ...image, list: { L: [{ S: 'y' }, { S: 'x' }] } }
    const reordered = { ...image, list: { L: [{ S: 'x' }, { S: 'y' }] } }
    const records = [
      change(same, image, '1'),
      change(other, image, '2'),
      change(reordered, other, '3'),
      change(image, undefined, '4'),
      change(undefined, undefined, '5'),
    ]
    expect(numbersOf({ Records: await eventOf(...records) })).toEqual(['2', '3', '4', '5'])
  })
})
