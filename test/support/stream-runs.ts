import type { InvocationContext, StreamRecord } from 'dynamodb-stream-sync'
import {
  eventSourceMapping,
  type MappedEvent,
  type MappingOptions,
  type StreamSource,
} from '../../src/testing/event-source-mapping.ts'
import type { fakeStreams } from './fake-streams.ts'
import { type FakeShard } from './fake-streams.ts'
import { numbersOf, streamArn, succeeding } from './mapped-records.ts'
import { runningClock } from './running-clock.ts'

export type Streams = ReturnType<typeof fakeStreams>
export type StreamOptions = Partial<MappingOptions & Omit<StreamSource, 'stream'>>

/** A mapping that drains the fake, and what it delivers. */
export function draining(streams: Streams, options: StreamOptions = {}) {
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

/** The numbers that are delivered, in their order. */
export async function delivered(streams: Streams, options: StreamOptions = {}): Promise<readonly string[]> {
  const numbers: string[] = []
  const handler = async (event: MappedEvent, context?: InvocationContext) => {
    numbers.push(...numbersOf(event))
    return options.handler?.(event, context)
  }
  await draining(streams, { ...options, handler }).mapping.run()
  return numbers
}

/** A shard of the fake. */
export function shard(id: string, records: readonly StreamRecord[], more: Partial<FakeShard> = {}): FakeShard {
  return { id, records: [...records], ...more }
}
