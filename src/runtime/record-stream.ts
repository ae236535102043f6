import { isVersion, longestLabel, streamPrefix } from '../core/version.ts'
import { DecodeError } from '../errors.ts'

/** What to do about a record that is not as streams give it. */
export const asDelivered = 'Hand over the record as DynamoDB Streams delivers it.'

/** The stream that a record names: its part of a version. */
export interface Stream {
  readonly epoch: number
  /** Throws a DecodeError where the ARN names no stream. */
  readonly label: () => string
  readonly prefix: () => string
}

/** Finds a record's stream by its ARN. `known` is what this remembers. */
export function streamOf(
  arn: string | undefined,
  epochs: Readonly<Record<string, number>>,
  known: Map<string, Stream>,
): Stream {
  const name = typeof arn === 'string' ? arn : '' // records are data from outside
  const found = known.get(name)
  if (found) return found
  const epoch = Object.hasOwn(epochs, name) ? (epochs[name] ?? 0) : 0
  const label = /^arn:[^/]+\/[^/]+\/stream\/([^/]+)$/.exec(name)?.[1]
  const valid = label !== undefined && label.length <= longestLabel && isVersion(streamPrefix(epoch, label))
  const expectLabel = (): string => {
    if (!valid)
      throw new DecodeError(
        `The record names no stream: eventSourceARN must end in /stream/<label>, of at most ${String(longestLabel)} characters. ${asDelivered}`,
      )
    return label
  }
  const prefix = valid ? streamPrefix(epoch, label) : undefined
  const stream = { epoch, label: expectLabel, prefix: () => prefix ?? streamPrefix(epoch, expectLabel()) }
  if (known.size < 1_000) known.set(name, stream) // records are data from outside: no memory without bound
  return stream
}
