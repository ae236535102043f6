import { canonicalText } from '../../core/canonical.ts'
import type { StreamRecord } from '../../core/stream-record.ts'

/**
 * Which lane of a shard takes a record: all records of one partition key take the same. Without the attribute's name, a
 * record of a table with two key attributes goes by both, which still keeps the order of each item.
 */
export function laneOf(record: StreamRecord, lanes: number, partitionKey: string | undefined): number {
  const keys = record.dynamodb?.Keys as Readonly<Record<string, unknown>> | null | undefined
  if (lanes === 1 || typeof keys !== 'object' || keys === null) return 0
  const partition = partitionKey === undefined ? undefined : keys[partitionKey]
  return hash(canonicalText(partition ?? keys)) % lanes
}

/** FNV-1a: even enough, and the same everywhere. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193)
  return state >>> 0
}
