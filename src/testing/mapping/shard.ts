import type { StreamRecord } from '../../core/stream-record.ts'
import { laneOf } from './lane-of.ts'
import { isIdle, lengthOf, newLane, work, type Lane } from './lane.ts'
import { queuedRecord } from './queued-record.ts'
import type { MappingSettings } from './settings.ts'
import { together } from './together.ts'

/** One shard with its lanes. Lives as long as the mapping, so that a run goes on where the last one ended. */
export interface ShardState {
  readonly shardId: string
  readonly parentShardId: string | undefined
  readonly lanes: readonly Lane[]
  /** Read to its last record: no more will ever come. */
  closed: boolean
}

/** A shard that was not read yet. */
export function newShard(shardId: string, parentShardId: string | undefined, lanes: number): ShardState {
  return { shardId, parentShardId, lanes: Array.from({ length: lanes }, newLane), closed: false }
}

/** Closed, and each record is done: its children may begin. */
export function isDone(shard: ShardState): boolean {
  return shard.closed && shard.lanes.every(isIdle)
}

/** How many of its records are read and not done. */
export function recordsHeld(shard: ShardState): number {
  return shard.lanes.reduce((sum, lane) => sum + lengthOf(lane), 0)
}

/** Hands records to their lanes. `now`: milliseconds since 1970. */
export function enqueue(
  shard: ShardState,
  records: readonly StreamRecord[],
  partitionKey: string | undefined,
  now: number,
): void {
  let readUpTo = -Infinity
  for (const record of records) {
    const queued = queuedRecord(record, now)
    readUpTo = Math.max(readUpTo, queued.createdAt ?? -Infinity)
    shard.lanes[laneOf(record, shard.lanes.length, partitionKey)]?.queue.push(queued)
  }
  for (const lane of shard.lanes) {
    lane.readUpTo = Math.max(lane.readUpTo, readUpTo)
    if (records.length > 0) lane.isQuiet = false
    lane.wake()
  }
}

/** Tells the lanes that the shard has nothing more at present. */
export function setQuiet(shard: ShardState): void {
  for (const lane of shard.lanes) {
    if (lane.isQuiet) continue
    lane.isQuiet = true
    lane.wake()
  }
}

/** Opens or ends the lanes of this run: they end when nothing more will come. */
export function setEnded(shard: ShardState, ended: boolean): void {
  for (const lane of shard.lanes) {
    lane.ended = ended
    lane.wake()
  }
}

/** Delivers a shard's records, all lanes at once. `onProgress`: after each step of a batch. */
export function workShard(
  shard: ShardState,
  settings: MappingSettings,
  stop: AbortController,
  onProgress: () => void,
): Promise<void> {
  const { shardId } = shard
  const place = { shardId, signal: stop.signal, isClosed: () => shard.closed }
  return together(
    shard.lanes.map((state, lane) => work(state, { ...place, lane }, settings, onProgress)),
    stop,
  )
}
