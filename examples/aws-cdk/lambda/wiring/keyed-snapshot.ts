import type { CallContext, ItemKey, Snapshot, SnapshotEntry } from 'dynamodb-stream-sync'

/** What a place says of its keys, strongly consistent. */
export type Read = (keys: readonly ItemKey[], context: CallContext) => Promise<readonly SnapshotEntry[]>

const pageSize = 500
const pageTimeoutMs = 30_000

/** A snapshot of some keys alone, read when it is opened. */
export function keyedSnapshot(name: string, keys: readonly ItemKey[], read: Read): Snapshot {
  return {
    order: 'none',
    pages: async function* ({ signal }) {
      const startedAt = new Date()
      for (let first = 0; first < keys.length; first += pageSize)
        yield await read(keys.slice(first, first + pageSize), contextOf(name, signal))
      return { startedAt, endedAt: new Date(), complete: true }
    },
  }
}

function contextOf(target: string, signal: AbortSignal): CallContext {
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(pageTimeoutMs)])
  return { target, signal: timeout, attempt: 1, timeoutMs: pageTimeoutMs }
}
