import type { Shard } from '@aws-sdk/client-dynamodb-streams'
import { isAborted } from './pause.ts'
import type { MappingSettings } from './settings.ts'
import { isDone, newShard, type ShardState } from './shard.ts'
import type { ReadPosition } from './shard-reader.ts'
import type { StreamsApi } from './streams-api.ts'

/** A shard, and where it was read to. */
export interface TrackedShard {
  readonly state: ShardState
  readonly position: ReadPosition
}

/** All shards that the stream was ever seen to have, by id. */
export interface ShardList {
  readonly shards: Map<string, TrackedShard>
  partitionKey: string | undefined
}

/**
 * Adds the shards that are new. `LATEST` concerns those of the first look only: whatever appears later is new as a whole.
 * An error after the signal aborted is none.
 */
export async function discover(
  list: ShardList,
  api: StreamsApi,
  startingPosition: ReadPosition['start'],
  settings: MappingSettings,
  signal: AbortSignal,
): Promise<void> {
  try {
    const described = await api.describe()
    list.partitionKey ??= described.partitionKey
    const isFirst = list.shards.size === 0
    const start = isFirst ? startingPosition : 'TRIM_HORIZON'
    for (const shard of described.shards)
      if (shard.ShardId !== undefined && !list.shards.has(shard.ShardId))
        list.shards.set(shard.ShardId, track(shard.ShardId, shard, start, described.shards, settings))
  } catch (error) {
    if (!isAborted(signal)) throw error
  }
}

/** Which shards may begin: not done themselves, and their parent done, or no longer part of the stream. */
export function readyShards({ shards }: ShardList): readonly TrackedShard[] {
  return [...shards.values()].filter(({ state }) => {
    const parent = state.parentShardId === undefined ? undefined : shards.get(state.parentShardId)
    return !isDone(state) && (parent === undefined || isDone(parent.state))
  })
}

function track(
  shardId: string,
  { ParentShardId }: Shard,
  start: ReadPosition['start'],
  all: readonly Shard[],
  { parallelizationFactor }: MappingSettings,
): TrackedShard {
  const state = newShard(shardId, ParentShardId, parallelizationFactor)
  // a shard with children has an end, and LATEST lies behind it; its EndingSequenceNumber tells nothing on dynoxide
  if (start === 'LATEST') state.closed = all.some((shard) => shard.ParentShardId === shardId)
  return { state, position: { iterator: undefined, lastSequenceNumber: undefined, start } }
}
