import { describe, expect, it } from 'vitest'
import {
  eventSourceMapping,
  type MappedEvent,
  type MappingOptions,
  type StreamSource,
} from '../../../../src/testing/event-source-mapping.ts'
import { fakeStreams, type FakeShard } from '../../../support/fake-streams.ts'
import { streamArn } from '../../../support/mapped-records.ts'
import { runningClock } from '../../../support/running-clock.ts'
import { base, counting, told, writtenAt } from '../../../support/window-runs.ts'

describe('on a stream, a window', () => {
  type Options = Partial<MappingOptions & Omit<StreamSource, 'stream'>>

  /** Each page takes the server 10 ms. */
  function mapped(shards: FakeShard[], options: Options = {}) {
    const events: string[] = []
    const clock = options.clock ?? runningClock((base + 5) * 1000)
    const { client } = fakeStreams(shards, { pageSize: 2 })
    const send = async (command: object) => {
      await clock.sleep(10)
      return client.send(command)
    }
    const mapping = eventSourceMapping({
      clock,
      drain: true,
      tumblingWindowInSeconds: 60,
      ...options,
      stream: { client: { send }, streamArn },
      handler: async (event: MappedEvent) => {
        events.push(told(event))
        return counting(event)
      },
    })
    return { mapping, events }
  }

  it('ends with its shard; the child begins anew', async () => {
    const records = writtenAt(0, 1, 2)
    const shards: FakeShard[] = [
      { id: 'parent', records: records.slice(0, 2), closed: true },
      { id: 'child', parent: 'parent', records: records.slice(2), closed: true },
    ]
    const { mapping, events } = mapped(shards)
    await mapping.run()
    expect(events).toEqual(['0 12 0', '0 - 2 final', '0 3 0', '0 - 1 final'])
  })

  it('stays open at the present end of a stream that is drained, and is gone on with by the next run', async () => {
    const [first, second, third] = writtenAt(0, 1, 60)
    const shard: FakeShard = { id: 'one', records: [first!] }
    const { mapping, events } = mapped([shard])
    await mapping.run()
    shard.records.push(second!)
    await mapping.run()
    expect(events).toEqual(['0 1 0', '0 2 1'])
    shard.records.push(third!)
    await mapping.run()
    expect(events.slice(2)).toEqual(['0 - 2 final', '60 3 0'])
  })

  it.each([
    ['twoMinutes' as const, 180],
    ['end' as const, 60],
  ])('without newer records is over: idleWindow %s', async (idleWindow, seconds) => {
    const clock = runningClock((base + 5) * 1000)
    const { mapping, events } = mapped([{ id: 'one', records: writtenAt(0) }], {
      clock,
      drain: false,
      undocumented: { idleWindow },
      onInvocation: ({ isFinalInvokeForWindow }) => {
        if (isFinalInvokeForWindow) void mapping.stop()
      },
    })
    await mapping.run()
    expect(events).toEqual(['0 1 0', '0 - 1 final'])
    expect(Math.floor(clock.now() / 1000 - base)).toBe(seconds)
  })

  it('that is long past is not over before all of it was read', async () => {
    const clock = runningClock((base + 7200) * 1000)
    const shards = [{ id: 'one', records: writtenAt(0, 1, 2, 3, 4) }]
    const { mapping, events } = mapped(shards, { clock, batchSize: 1 })
    await mapping.run()
    expect(events.at(-1)).toBe('0 - 5 final')
    expect(events.filter((event) => event.endsWith('final'))).toHaveLength(1)
  })

  it('ends in every lane when its shard is read past it', async () => {
    const records = writtenAt(...Array.from({ length: 12 }, (_, index) => index), 60)
    const { mapping, events } = mapped([{ id: 'one', records }], { parallelizationFactor: 10 })
    await mapping.run()
    const lanes = events.filter((event) => /^0 .* 0$/.test(event)).length
    expect(lanes).toBeGreaterThan(2)
    expect(events.filter((event) => /^0 - .* final$/.test(event))).toHaveLength(lanes)
  })
})
