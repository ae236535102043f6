import type { GetRecordsOutput } from '@aws-sdk/client-dynamodb-streams'
import { isWithoutEffect, normaliseRecord } from './normalise.ts'
import { isAborted, pause } from './pause.ts'
import type { MappingSettings } from './settings.ts'
import { enqueue, recordsHeld, setEnded, setQuiet, type ShardState } from './shard.ts'
import { nameOf, type StreamsApi } from './streams-api.ts'

/** Where a shard was read to. Lives as long as its shard. */
export interface ReadPosition {
  iterator: string | undefined
  /** Of the last record read. */
  lastSequenceNumber: string | undefined
  /** Where to begin while nothing was read. */
  start: 'TRIM_HORIZON' | 'LATEST'
}

/** All that reading one shard in one run takes. */
export interface ShardReading {
  readonly api: StreamsApi
  readonly shard: ShardState
  readonly position: ReadPosition
  readonly streamArn: string
  readonly partitionKey: string | undefined
  readonly drain: boolean
  readonly pollingIntervalMs: number
  readonly settings: MappingSettings
  readonly signal: AbortSignal
  /** Resolves when some of the shard's records were done. */
  readonly progress: () => Promise<void>
}

/** Lanes that stand still hold at most so many records in memory; then the whole shard waits for them. */
const mostRecordsHeld = 20_000

/** Reads a shard until it is closed, drained to its present end where so asked, or the signal aborts. */
export async function readShard(reading: ShardReading): Promise<void> {
  const { shard, signal, settings } = reading
  while (!isAborted(signal)) {
    if (recordsHeld(shard) > mostRecordsHeld) {
      await reading.progress()
      continue
    }
    const page = await nextPage(reading)
    if (!page) {
      await pause(settings.clock, reading.pollingIntervalMs, signal)
      continue
    }
    take(page, reading)
    shard.closed = page.NextShardIterator === undefined
    const atEnd = (page.Records ?? []).length === 0
    if (atEnd) setQuiet(shard)
    if (shard.closed || (atEnd && reading.drain)) break
    if (atEnd) await pause(settings.clock, reading.pollingIntervalMs, signal)
  }
  setEnded(shard, true)
}

function take(page: GetRecordsOutput, reading: ShardReading): void {
  const { position, shard, settings } = reading
  const records = (page.Records ?? []).map((record) => normaliseRecord(record, reading.streamArn))
  position.iterator = page.NextShardIterator
  position.lastSequenceNumber = records.at(-1)?.dynamodb?.SequenceNumber ?? position.lastSequenceNumber
  const effective = records.filter((record) => !isWithoutEffect(record) && settings.accepts(record))
  enqueue(shard, effective, reading.partitionKey, settings.clock.now())
}

/** A page, or nothing where an iterator had to be given up: the next call makes another. */
async function nextPage({ api, position, shard, signal }: ShardReading): Promise<GetRecordsOutput | undefined> {
  try {
    position.iterator ??= await api.iterator({ ShardId: shard.shardId, ...iteratorType(position) })
    // a shard that answers no iterator is closed and read
    return position.iterator === undefined ? {} : await api.records(position.iterator)
  } catch (error) {
    if (isAborted(signal)) return undefined
    return recover(error, position)
  }
}

function iteratorType({ lastSequenceNumber, start }: ReadPosition) {
  if (lastSequenceNumber === undefined) return { ShardIteratorType: start }
  return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: lastSequenceNumber }
}

function recover(error: unknown, position: ReadPosition): GetRecordsOutput | undefined {
  switch (nameOf(error)) {
    case 'ExpiredIteratorException':
      position.start = 'TRIM_HORIZON' // rather some records twice than a hole, where LATEST had not yet read any
      break
    case 'TrimmedDataAccessException': // what stood there is older than 24 h and gone
      position.start = 'TRIM_HORIZON'
      position.lastSequenceNumber = undefined
      break
    case 'ResourceNotFoundException': // the shard is gone; a whole stream that is gone shows when it is described
      return {}
    default:
      throw error
  }
  position.iterator = undefined
  return undefined
}
