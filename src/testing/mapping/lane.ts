import { advance, newBatch, type Batch } from './batch.ts'
import { isAborted } from './pause.ts'
import type { QueuedRecord } from './queued-record.ts'
import type { MappingSettings } from './settings.ts'

/** One lane of a shard: what is queued, what is under way, and hence its checkpoint. */
export interface Lane {
  /** Read, not yet in a batch. */
  queue: QueuedRecord[]
  /** Batches begun and not done, oldest first. They survive a stop. */
  batches: readonly Batch[]
  /** No more will come in this run. */
  ended: boolean
  /** Called when something was queued, or the lane ended. */
  wake: () => void
}

const maximumBatchBytes = 6 * 1024 * 1024 - 64 // Lambda's payload limit, less the frame around the records

/** A lane that holds nothing. */
export function newLane(): Lane {
  return { queue: [], batches: [], ended: false, wake: () => undefined }
}

/** Whether each record that it ever held is done. */
export function isIdle(lane: Lane): boolean {
  return lane.queue.length === 0 && lane.batches.length === 0
}

/** How many records it holds, queued or under way. */
export function lengthOf(lane: Lane): number {
  return lane.batches.reduce((sum, batch) => sum + batch.records.length, lane.queue.length)
}

/** Delivers a lane's records, one batch at a time, until it ended and is empty, or the signal aborts. */
export async function work(
  lane: Lane,
  place: { readonly shardId: string; readonly lane: number; readonly signal: AbortSignal },
  settings: MappingSettings,
  onProgress: () => void,
): Promise<void> {
  while (!isAborted(place.signal)) {
    const [batch, ...behind] = lane.batches
    if (batch) {
      lane.batches = [...(await advance(batch, place, settings)), ...behind]
      onProgress()
    } else if (!(await fill(lane, place.signal, settings))) return
  }
}

/** Makes the next batch; false when the lane is done. A batch waits until it is full or its window is over. */
async function fill(lane: Lane, signal: AbortSignal, settings: MappingSettings): Promise<boolean> {
  while (lane.queue.length === 0) {
    if (lane.ended || isAborted(signal)) return false
    await changed(lane, signal)
  }
  const window = new AbortController()
  const windowMs = settings.maximumBatchingWindowInSeconds * 1000
  const over = windowMs > 0 ? settings.clock.sleep(windowMs, window.signal).catch(() => undefined) : undefined
  let open = over !== undefined
  void over?.then(() => {
    open = false
    lane.wake()
  })
  while (open && !isFull(lane, settings) && !lane.ended && !isAborted(signal)) await changed(lane, signal)
  window.abort()
  lane.batches = [newBatch(lane.queue.splice(0, countOf(lane, settings)))]
  return true
}

function changed(lane: Lane, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
    lane.wake = done
  })
}

function isFull(lane: Lane, settings: MappingSettings): boolean {
  return lane.queue.length >= settings.batchSize || countOf(lane, settings) < lane.queue.length
}

/** How many records fit: by number, and by size. One record always does. */
function countOf(lane: Lane, settings: MappingSettings): number {
  let bytes = 0
  const most = Math.min(settings.batchSize, lane.queue.length)
  for (let count = 0; count < most; count++) {
    bytes += (lane.queue[count]?.bytes ?? 0) + 1
    if (count > 0 && bytes > maximumBatchBytes) return count
  }
  return most
}
