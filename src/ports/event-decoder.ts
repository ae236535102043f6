import type { StreamRecord } from '../core/stream-record.ts'

/** One entry of an event: a stream record, or what could not be read as one. */
export type DecodedEntry =
  | { readonly itemIdentifier: string; readonly record: StreamRecord }
  | { readonly itemIdentifier: string; readonly error: Error; readonly raw: unknown }

/** Takes an event apart. `itemIdentifier` comes back verbatim in `batchItemFailures`. */
export interface EventDecoder<Event> {
  /** Whether records carry DynamoDB's sequence numbers. If not, the item needs a version attribute. */
  readonly sequenced: boolean
  readonly decode: (event: Event) => Iterable<DecodedEntry>
}
