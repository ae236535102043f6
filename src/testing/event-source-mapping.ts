import { memorySource } from './mapping/memory-source.ts'
import type { EventSourceMappingOptions } from './mapping/options.ts'
import { runnable, type EventSourceMapping } from './mapping/runnable.ts'
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

export type { EventSourceMapping } from './mapping/runnable.ts'

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
  return runnable(options.stream ? streamSource(options, settings) : memorySource(options.records, settings), settings)
}
