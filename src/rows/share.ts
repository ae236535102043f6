import type { SnapshotContext, SnapshotEntry } from '../ports/snapshot.ts'

type Entries = readonly SnapshotEntry[]

/** Keeps every so many-th row, counted over all pages: one part of a place that can only be read as a whole. */
export function shareOf(partition: SnapshotContext['partition']): (entries: Entries) => Entries {
  if (partition === undefined || partition.count === 1) return (entries) => entries
  const { index, count } = partition
  let before = 0
  return (entries) => {
    const start = before
    before += entries.length
    return entries.filter((_, at) => (start + at) % count === index)
  }
}
