import type { GetRecordsOutput, Shard } from '@aws-sdk/client-dynamodb-streams'
import type { StreamRecord } from '../../core/stream-record.ts'
import type { Clock } from '../../ports/clock.ts'
import type { StreamsApi } from '../mapping/streams-api.ts'

/** The model of one stream: its shards split, end and go on in others; what is older than 24 hours is gone. */
export interface ModelStream {
  readonly arn: string
  readonly append: (key: string, record: StreamRecord) => void
  /** Nothing is written any more. What is there stays readable. */
  readonly close: () => void
  /** One open shard goes on in two, in one, or two of them in one. */
  readonly split: (shard: number) => boolean
  readonly roll: (shard: number) => boolean
  readonly merge: (shard: number) => boolean
  /** Reads of one shard are throttled for a while. */
  readonly stall: (shard: number, ms: number) => void
  readonly api: StreamsApi
  /** What a reader could still get. */
  readonly kept: () => readonly KeptRecord[]
  /** One shard's records between two sequence numbers. */
  readonly recordsOf: (shardId: string, first: string, last: string) => readonly StreamRecord[]
}

export interface KeptRecord {
  readonly record: StreamRecord
  /** Wall clock, in milliseconds. */
  readonly at: number
}

interface ModelShard {
  readonly id: string
  readonly parent: string | undefined
  /** Which keys it takes, by their hash. */
  readonly from: number
  readonly to: number
  readonly records: KeptRecord[]
  open: boolean
  stalledUntil: number
}

const keptMs = 86_400_000

export function modelStream(arn: string, clock: Clock, random: () => number): ModelStream {
  const shards: ModelShard[] = [newShard(0, undefined, 0, 1)]
  // Numbers with gaps, whose digits become more on the way: as texts they are out of order.
  let sequence = 99_999_999_999_999_999_990n
  const openShards = (): readonly ModelShard[] => shards.filter(({ open }) => open)

  function replace(parents: readonly ModelShard[], ranges: readonly (readonly [number, number])[]): void {
    for (const parent of parents) parent.open = false
    for (const [from, to] of ranges) shards.push(newShard(shards.length, parents[0]?.id, from, to))
  }
  function chosen(shard: number): ModelShard | undefined {
    const open = openShards()
    return open[shard % Math.max(1, open.length)]
  }

  return {
    arn,
    append(key, record) {
      const place = hashOf(key)
      const shard = openShards().find(({ from, to }) => place >= from && place < to)
      if (!shard) return
      sequence += BigInt(1 + Math.floor(random() * 4))
      const { dynamodb } = record
      shard.records.push({
        at: clock.now(),
        record: { ...record, eventSourceARN: arn, dynamodb: { ...dynamodb, SequenceNumber: String(sequence) } },
      })
    },
    close() {
      for (const shard of openShards()) shard.open = false
    },
    split(shard) {
      const one = chosen(shard)
      if (!one || shards.length > 8) return false
      const middle = (one.from + one.to) / 2
      replace([one], [[one.from, middle], [middle, one.to]]) // prettier-ignore
      return true
    },
    roll(shard) {
      const one = chosen(shard)
      if (!one || shards.length > 8) return false
      replace([one], [[one.from, one.to]])
      return true
    },
    merge(shard) {
      const one = chosen(shard)
      const next = openShards().find(({ from }) => from === one?.to)
      if (!one || !next) return false
      replace([one, next], [[one.from, next.to]])
      return true
    },
    stall(shard, ms) {
      const one = chosen(shard)
      if (one) one.stalledUntil = clock.monotonic() + ms
    },
    kept: () => shards.flatMap(({ records }) => records.filter(({ at }) => at > clock.now() - keptMs)),
    recordsOf: (shardId, first, last) =>
      (shards.find(({ id }) => id === shardId)?.records ?? []).flatMap(({ record }) => {
        const number = BigInt(record.dynamodb?.SequenceNumber ?? 0)
        return number >= BigInt(first) && number <= BigInt(last) ? [record] : []
      }),
    api: {
      describe: () => Promise.resolve({ shards: shards.map(described), partitionKey: undefined }),
      iterator({ ShardId, ShardIteratorType, SequenceNumber }) {
        const shard = shards.find(({ id }) => id === ShardId)
        if (!shard) return Promise.resolve(undefined)
        if (ShardIteratorType === 'LATEST') return Promise.resolve(iteratorOf(shard, shard.records.length))
        if (SequenceNumber === undefined) return Promise.resolve(iteratorOf(shard, 0))
        const at = shard.records.findIndex(({ record }) => record.dynamodb?.SequenceNumber === SequenceNumber)
        return Promise.resolve(iteratorOf(shard, at + 1))
      },
      async records(iterator): Promise<GetRecordsOutput> {
        const [index = '0', position = '0'] = iterator.split('/')
        const shard = shards[Number(index)]
        if (!shard) return {}
        if (shard.stalledUntil > clock.monotonic()) await clock.sleep(shard.stalledUntil - clock.monotonic())
        const trimmed = shard.records.findIndex(({ at }) => at > clock.now() - keptMs)
        const start = Math.max(Number(position), trimmed < 0 ? shard.records.length : trimmed)
        const page = shard.records.slice(start, start + 1_000)
        const end = start + page.length
        const ended = !shard.open && end === shard.records.length
        return {
          Records: page.map(({ record }) => record as never), // normalised already
          ...(ended ? {} : { NextShardIterator: iteratorOf(shard, end) }),
        }
      },
    },
  }

  function newShard(index: number, parent: string | undefined, from: number, to: number): ModelShard {
    const id = `shardId-${String(index).padStart(20, '0')}`
    return { id, parent, from, to, records: [], open: true, stalledUntil: 0 }
  }
  function iteratorOf(shard: ModelShard, position: number): string {
    return `${String(shards.indexOf(shard))}/${String(position)}`
  }
}

function described({ id, parent }: ModelShard): Shard {
  return { ShardId: id, ...(parent === undefined ? {} : { ParentShardId: parent }) }
}

/** From 0 to below 1. */
function hashOf(key: string): number {
  let hash = 2_166_136_261
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16_777_619)
  return (hash >>> 0) / 4_294_967_296
}
