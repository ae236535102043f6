import type { Clock } from '../ports/clock.ts'
import type { Snapshot, SnapshotContext, SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'
import { compareKeys } from '../core/key-order.ts'

type Row = SnapshotEntry & { readonly key: string }

const pageSize = 1_000

/** Rows in memory as a snapshot: taken when the first page is asked for, sorted by key. */
export function memorySnapshot(rows: () => readonly Row[], clock: Clock): Snapshot {
  return { order: 'key', pages: (context) => pages(rows, clock, context) }
}

async function* pages(
  rows: () => readonly Row[],
  clock: Clock,
  { signal, partition, after }: SnapshotContext,
): AsyncGenerator<readonly Row[], SnapshotSummary> {
  const startedAt = new Date(clock.now())
  const sorted = [...rows()]
    .sort((a, b) => compareKeys(a.key, b.key))
    .filter(({ key }, index) => {
      if (after !== undefined && compareKeys(key, after) <= 0) return false
      return partition === undefined || index % partition.count === partition.index
    })
  for (let start = 0; start < sorted.length; start += pageSize) {
    signal.throwIfAborted()
    yield sorted.slice(start, start + pageSize)
  }
  signal.throwIfAborted()
  return { startedAt, endedAt: new Date(clock.now()), complete: true }
}
