import { memorySource } from './mapping/memory-source.ts'
import type { EventSourceMappingOptions } from './mapping/options.ts'
import { runnable, type EventSourceMapping } from './mapping/runnable.ts'
import { mappingSettings } from './mapping/settings.ts'
import { streamSource } from './mapping/stream-source.ts'

export type { InvocationOutcome } from './mapping/answer.ts'
export type { Filter, FilterCriteria } from './mapping/filter-criteria.ts'
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
export type { UndocumentedBehaviour } from './mapping/undocumented.ts'
export type { TumblingWindow } from './mapping/window.ts'

/**
 * Lambda's event source mapping in process: polls a stream, or takes records in memory, and calls a handler as Lambda
 * does. Batches, windows, lanes by partition key, filters, retries, halving, record age, partial responses, tumbling windows
 * and on-failure pointers follow its rules; what AWS leaves open is an option, see {@link UndocumentedBehaviour}. Left out
 * are the stream's 24 hours, destinations that get the records, and crashes of Lambda itself.
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
