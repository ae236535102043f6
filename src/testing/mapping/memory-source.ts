import type { StreamRecord } from '../../core/stream-record.ts'
import { normaliseRecord } from './normalise.ts'
import type { MappingSettings } from './settings.ts'
import { enqueue, newShard, setEnded, workShard } from './shard.ts'

const shardId = 'shardId-00000000000000000000-00000001'

/** Records in memory: one shard that is closed from the start. */
export function memorySource(
  records: readonly StreamRecord[],
  settings: MappingSettings,
): (stop: AbortController) => Promise<void> {
  const shard = newShard(shardId, undefined, settings.parallelizationFactor)
  shard.closed = true
  setEnded(shard, true)
  const normalised = records.map((record) => normaliseRecord(record)).filter(settings.accepts)
  enqueue(shard, normalised, settings.partitionKey, settings.clock.now())
  return (stop) => workShard(shard, settings, stop, () => undefined)
}
