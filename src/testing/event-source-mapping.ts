import { setMaxListeners } from 'node:events'
import { memorySource } from './mapping/memory-source.ts'
import type { EventSourceMappingOptions } from './mapping/options.ts'
import { mappingSettings } from './mapping/settings.ts'
import { streamSource } from './mapping/stream-source.ts'

export type { InvocationOutcome } from './mapping/answer.ts'
export type { OnFailureCondition, OnFailurePointer } from './mapping/on-failure.ts'
export type {
  EventSourceMappingOptions,
  Invocation,
  MappedEvent,
  MappingOptions,
  MemorySource,
  StreamsClient,
  StreamSource,
} from './mapping/options.ts'

/** A mapping between records and a handler. It keeps its checkpoints from one run to the next. */
export interface EventSourceMapping {
  /**
   * Delivers until nothing is left: with records in memory, until each is done or given up; with a stream that is
   * drained, until its present end; else until told to stop. A later call goes on at the checkpoints; a call during a
   * run answers with that run.
   *
   * Rejects with what the stream's server refused, or with what `onFailure` or `onInvocation` threw, once the invocations
   * under way have ended. Never with what the handler threw: that is a failed batch.
   */
  readonly run: () => Promise<void>
  /** Ends a run: no invocation is started any more, those under way are waited for. Resolves when the run has ended. */
  readonly stop: () => Promise<void>
}

/**
 * Lambda's event source mapping in process: polls a stream, or takes records in memory, and calls a handler as Lambda
 * does. Batches, windows, lanes by partition key, retries, halving, record age, partial responses and on-failure pointers
 * follow its rules; tumbling windows, event filters and the stream's 24 hours are left out.
 *
 * What servers answer is brought into Lambda's form. Local ones differ elsewhere too: DynamoDB Local's creation times,
 * rounded down to the minute, are passed on as they are but never let a record grow too old; records of writes that change
 * nothing, which dynoxide makes, are skipped where both images are there to tell; its stream label, no time, is kept.
 *
 * @example
 * const mapping = eventSourceMapping({ handler, stream: { client, streamArn }, drain: true, batchSize: 10 })
 * await mapping.run()
 *
 * @throws ConfigError that names the field, the value and the remedy.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function eventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const settings = mappingSettings(options)
  const source = options.stream ? streamSource(options, settings) : memorySource(options.records, settings)
  let current: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined

  async function start(stop: AbortController): Promise<void> {
    const abort = () => {
      stop.abort()
    }
    settings.signal?.addEventListener('abort', abort, { once: true })
    setMaxListeners(0, stop.signal) // each lane and shard listens
    if (settings.signal?.aborted) stop.abort()
    try {
      await source(stop)
    } finally {
      settings.signal?.removeEventListener('abort', abort)
      stop.abort() // clears what still waits on the clock
      current = undefined
    }
  }

  return {
    run: () => {
      if (!current) {
        const stop = new AbortController()
        current = { stop, ended: start(stop) }
      }
      return current.ended
    },
    stop: async () => {
      current?.stop.abort()
      await current?.ended.catch(() => undefined) // whoever called run gets the error
    },
  }
}
