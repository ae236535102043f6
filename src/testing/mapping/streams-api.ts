import type {
  GetRecordsOutput,
  GetShardIteratorInput,
  Shard,
  StreamDescription,
} from '@aws-sdk/client-dynamodb-streams'
import { ConfigError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { StreamsClient } from './options.ts'
import { isAborted, pause } from './pause.ts'

/** The three calls of DynamoDB Streams that a mapping makes. Each repeats what is worth repeating. */
export interface StreamsApi {
  /** Every shard that the stream still has, and the partition key's attribute where the server tells. */
  readonly describe: () => Promise<{ readonly shards: readonly Shard[]; readonly partitionKey: string | undefined }>
  readonly iterator: (input: Omit<GetShardIteratorInput, 'StreamArn'>) => Promise<string | undefined>
  readonly records: (iterator: string) => Promise<GetRecordsOutput>
}

const pageSize = 1000
const maximumAttempts = 10

/** @throws ConfigError where the SDK's package is not installed. */
export async function streamsApi(
  { client, streamArn }: { readonly client: StreamsClient; readonly streamArn: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<StreamsApi> {
  const sdk = await loadSdk()
  // the casts: a command of the SDK is answered with its own output
  const call = <Output>(command: object) => sendPatiently(client, command, clock, signal) as Promise<Output>
  return {
    describe: () =>
      describeAll((start) =>
        call<{ StreamDescription?: StreamDescription }>(
          new sdk.DescribeStreamCommand({ StreamArn: streamArn, ...(start && { ExclusiveStartShardId: start }) }),
        ),
      ),
    iterator: async (input) => {
      const command = new sdk.GetShardIteratorCommand({ StreamArn: streamArn, ...input })
      return (await call<{ ShardIterator?: string }>(command)).ShardIterator
    },
    records: (iterator) => call(new sdk.GetRecordsCommand({ ShardIterator: iterator, Limit: pageSize })),
  }
}

/** Only a mapping of a stream needs the package; the rest of the kit works without it. */
async function loadSdk() {
  try {
    return await import('@aws-sdk/client-dynamodb-streams')
  } catch (cause) {
    const remedy = 'needs @aws-sdk/client-dynamodb-streams. Install that package, or give records.'
    throw new ConfigError('stream', remedy, { cause })
  }
}

async function describeAll(
  page: (start: string | undefined) => Promise<{ StreamDescription?: StreamDescription }>,
): Promise<{ shards: readonly Shard[]; partitionKey: string | undefined }> {
  const shards: Shard[] = []
  let last: string | undefined
  let partitionKey: string | undefined
  do {
    const { StreamDescription: stream } = await page(last)
    shards.push(...(stream?.Shards ?? []))
    partitionKey ??= stream?.KeySchema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName
    last = stream?.LastEvaluatedShardId
  } while (last !== undefined)
  return { shards, partitionKey }
}

/** Throttling is waited out without end, faults of server and network for about half a minute. */
async function sendPatiently(client: StreamsClient, command: object, clock: Clock, signal: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.send(command, { abortSignal: signal })
    } catch (error) {
      const kind = kindOf(error)
      const lost = kind === 'fault' && attempt >= maximumAttempts
      if (kind === 'other' || lost || isAborted(signal)) throw error
      await pause(clock, Math.min(100 * 2 ** Math.min(attempt - 1, 10), 10_000), signal)
    }
  }
}

const throttling = new Set(['LimitExceededException', 'ThrottlingException', 'ProvisionedThroughputExceededException'])
const network = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError', 'InternalServerError'])

function kindOf(error: unknown): 'throttling' | 'fault' | 'other' {
  if (throttling.has(nameOf(error))) return 'throttling'
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } }
  const isFault = network.has(nameOf(error)) || network.has(String(code)) || ($metadata?.httpStatusCode ?? 0) >= 500
  return isFault ? 'fault' : 'other'
}

/** By which the SDK's errors are told apart; empty for what is no error. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}
