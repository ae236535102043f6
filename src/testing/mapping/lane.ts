import { advance, newBatch, type Batch } from './batch.ts'
import { changed } from './changed.ts'
import { isAborted } from './pause.ts'
import type { QueuedRecord } from './queued-record.ts'
import type { MappingSettings } from './settings.ts'
import { tellUnsent, type PointerHolder } from './unsent-pointer.ts'
import { idleEndOf, isInLaterWindow, openWindow, type WindowHolder } from './window.ts'

/** One lane of a shard: what is queued, what is under way, and hence its checkpoint. */
export interface Lane extends WindowHolder, PointerHolder {
  /** Read, not yet in a batch. */
  queue: QueuedRecord[]
  /** Batches begun and not done, oldest first. They survive a stop. */
  batches: readonly Batch[]
  /** No more will come in this run. */
  ended: boolean
  /** The newest creation time that was read from its shard, in milliseconds since 1970. */
  readUpTo: number
  /** Its shard was read to its present end. */
  isQuiet: boolean
  /** Called when something was queued, or the lane ended. */
  wake: () => void
}

/** Where a lane works. */
export interface LanePlace {
  readonly shardId: string
  readonly lane: number
  readonly signal: AbortSignal
  /** Whether no record will ever come to its shard. */
  readonly isClosed: () => boolean
}

const maximumBatchBytes = 6 * 1024 * 1024 - 64 // Lambda's payload limit, less the frame around the records
const windowFrameBytes = 1024

/** A lane that holds nothing. */
export function newLane(): Lane {
  const nothing = { queue: [], batches: [], window: undefined, unsent: undefined, readUpTo: -Infinity }
  return { ...nothing, ended: false, isQuiet: false, wake: () => undefined }
}

/** Whether each record that it ever held is done. */
export function isIdle(lane: Lane): boolean {
  return lengthOf(lane) === 0 && lane.batches.length === 0 && lane.window === undefined && !lane.unsent
}

/** How many records it holds, queued or under way. */
export function lengthOf(lane: Lane): number {
  return lane.batches.reduce((sum, batch) => sum + batch.records.length, lane.queue.length)
}

/** Delivers a lane's records, one batch at a time, until it ended and is empty, or the signal aborts. */
export async function work(
  lane: Lane,
  place: LanePlace,
  settings: MappingSettings,
  onProgress: () => void,
): Promise<void> {
  const windows = settings.tumblingWindowInSeconds > 0 ? lane : undefined
  while (!isAborted(place.signal)) {
    const [batch, ...behind] = lane.batches
    if (batch?.family !== lane.unsent?.family) await tellUnsent(lane, settings)
    if (batch) {
      lane.batches = [...(await advance(batch, { ...place, windows, pointers: lane }, settings)), ...behind]
      onProgress()
    } else if (!(await fill(lane, place, settings))) return
  }
}

/** Makes the next batch; false when the lane is done. */
async function fill(lane: Lane, place: LanePlace, settings: MappingSettings): Promise<boolean> {
  while (!isAborted(place.signal)) {
    if (lane.window && isWindowOver(lane, place, settings)) {
      if (lane.window.isUsed) lane.batches = [newBatch([], 'over')]
      else lane.window = undefined // early termination left it, and nothing came after
      if (lane.batches.length > 0) return true
    } else if (lane.queue.length > 0) {
      await gather(lane, place, settings)
      return true
    } else if (lane.ended) return false
    else await changed(lane, place.signal, idleTimeLeft(lane, settings), settings.clock)
  }
  return false
}

/** Makes a batch of what is queued, once it is full or the batching window is over. */
async function gather(lane: Lane, { signal, isClosed }: LanePlace, settings: MappingSettings): Promise<void> {
  const [first] = lane.queue
  if (first && settings.tumblingWindowInSeconds > 0) lane.window ??= openWindow(first, settings)
  const windowMs = settings.maximumBatchingWindowInSeconds * 1000
  const until = settings.clock.monotonic() + windowMs
  let left = windowMs
  while (left > 0 && !isFull(lane, settings) && !lane.ended && !isAborted(signal)) {
    await changed(lane, signal, left, settings.clock)
    left = until - settings.clock.monotonic()
  }
  const records = lane.queue.splice(0, countOf(lane, settings))
  const isLast = settings.undocumented.finalInvocation === 'lastBatch' && isWindowOver(lane, { isClosed }, settings)
  lane.batches = [newBatch(records, isLast ? 'over' : undefined)]
}

/** A window is over with a record of a later one, with its shard, and after a while without records. */
function isWindowOver(lane: Lane, { isClosed }: Pick<LanePlace, 'isClosed'>, settings: MappingSettings): boolean {
  const [next] = lane.queue
  if (!lane.window) return false
  if (next) return isInLaterWindow(next, lane.window)
  if (lane.readUpTo >= lane.window.endMs || (lane.ended && isClosed())) return true
  return (idleTimeLeft(lane, settings) ?? 1) <= 0
}

/** How long its window stays open where nothing more comes, in milliseconds. */
function idleTimeLeft({ window, isQuiet }: Lane, settings: MappingSettings): number | undefined {
  return window && isQuiet ? idleEndOf(window, settings) - settings.clock.now() : undefined
}

function isFull(lane: Lane, settings: MappingSettings): boolean {
  const isAllThereIs = lane.window !== undefined && lane.readUpTo >= lane.window.endMs
  return isAllThereIs || lane.queue.length >= settings.batchSize || countOf(lane, settings) < lane.queue.length
}

/** How many records fit: by number, by size, and by their tumbling window. One record always does. */
function countOf({ queue, window }: Lane, settings: MappingSettings): number {
  let bytes = window ? Buffer.byteLength(window.state) + windowFrameBytes : 0
  const most = Math.min(settings.batchSize, queue.length)
  for (let count = 0; count < most; count++) {
    const record = queue[count]
    bytes += (record?.bytes ?? 0) + 1
    if (count === 0 || !record) continue
    if (bytes > maximumBatchBytes || (window && isInLaterWindow(record, window))) return count
  }
  return most
}
