import '@aws-sdk/client-dynamodb-streams' // loaded before a mapping asks for it: virtual time would run on meanwhile
import type { StreamsClient } from '../../src/testing/event-source-mapping.ts'

/** One shard of the fake. `closed`: its last page tells that no more will come. */
export interface FakeShard {
  readonly id: string
  readonly parent?: string
  readonly records: object[]
  closed?: boolean
}

interface Input {
  readonly ExclusiveStartShardId?: string
  readonly ShardId?: string
  readonly ShardIterator?: string
  readonly ShardIteratorType?: string
  readonly SequenceNumber?: string
}

/** DynamoDB Streams in memory: two shards per page of a description, `pageSize` records per page of a shard. */
export function fakeStreams(
  shards: FakeShard[],
  options: { readonly pageSize?: number; readonly partitionKey?: string } = {},
) {
  const calls: (Input & { readonly name: string })[] = []
  const errors: { readonly call: string; readonly error: Error }[] = []

  function describe({ ExclusiveStartShardId: start }: Input) {
    const from = shards.findIndex(({ id }) => id === start) + 1
    const page = shards.slice(from, from + 2)
    return {
      StreamDescription: {
        Shards: page.map(({ id, parent }) => ({ ShardId: id, ParentShardId: parent })),
        LastEvaluatedShardId: from + 2 < shards.length ? page.at(-1)?.id : undefined,
        KeySchema: options.partitionKey && [{ AttributeName: options.partitionKey, KeyType: 'HASH' }],
      },
    }
  }

  function iterator({ ShardId, ShardIteratorType: type, SequenceNumber }: Input) {
    const { records } = shards.find(({ id }) => id === ShardId)!
    const after = records.findIndex((record) => numberOf(record) === SequenceNumber) + 1
    const place = type === 'LATEST' ? records.length : type === 'TRIM_HORIZON' ? 0 : after
    return { ShardIterator: `${ShardId}/${place}` }
  }

  function records({ ShardIterator = '' }: Input) {
    const [id, place] = ShardIterator.split('/')
    const shard = shards.find((one) => one.id === id)!
    const end = Math.min(Number(place) + (options.pageSize ?? 1000), shard.records.length)
    const isLast = shard.closed && end === shard.records.length
    return { Records: shard.records.slice(Number(place), end), NextShardIterator: isLast ? undefined : `${id}/${end}` }
  }

  const answers: Readonly<Record<string, (input: Input) => object>> = {
    DescribeStreamCommand: describe,
    GetShardIteratorCommand: iterator,
    GetRecordsCommand: records,
  }

  const client: StreamsClient = {
    send: async (command) => {
      const { name } = command.constructor
      const { input } = command as { readonly input: Input }
      calls.push({ name, ...input })
      const failing = errors.findIndex(({ call }) => call === name)
      if (failing >= 0) throw errors.splice(failing, 1)[0]!.error
      return answers[name]!(input)
    },
  }
  return { client, calls, failNext: (call: string, error: Error) => void errors.push({ call, error }) }
}

/** An error as the SDK throws it. */
export function serviceError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`${name} of the fake`), { name, $metadata: { httpStatusCode } })
}

function numberOf(record: object): string | undefined {
  return (record as { dynamodb?: { SequenceNumber?: string } }).dynamodb?.SequenceNumber
}
