import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { ExportLine } from './line.ts'

/** Changes that are held before they are given. */
const window = 5_000

/** Gathers the changes of one data file into pages in which each item stands once, as it was written last. */
export interface NewestStates {
  /** A page, once there are enough for one; else none. */
  readonly add: (lines: readonly ExportLine[]) => readonly SnapshotEntry[]
  /** What is left. */
  readonly rest: () => readonly SnapshotEntry[]
}

/**
 * DynamoDB writes an item once, in its last state. Should a file hold it twice, not far from each other, the newest state
 * counts.
 * https://aws.amazon.com/blogs/database/introducing-incremental-export-from-amazon-dynamodb-to-amazon-s3/
 */
export function newestStates(): NewestStates {
  let held = new Map<string, { readonly writtenAt: bigint; readonly entry: SnapshotEntry }>()
  const rest = (): readonly SnapshotEntry[] => {
    const entries = [...held.values()].map(({ entry }) => entry)
    held = new Map()
    return entries
  }
  return {
    add(lines) {
      for (const { entry, change } of lines) {
        if (!change) continue
        const other = held.get(change.keys)
        if (!other || other.writtenAt <= change.writtenAt) held.set(change.keys, { writtenAt: change.writtenAt, entry })
      }
      return held.size >= window ? rest() : []
    },
    rest,
  }
}
