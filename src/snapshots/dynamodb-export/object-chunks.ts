import { inTime } from '../../aws/in-time.ts'
import { isSyncError, SnapshotError, TargetUnavailableError } from '../../errors.ts'
import { s3Error } from './s3-error.ts'
import { openObject, type OpenObject, type S3Reading, silent } from './s3-store.ts'

/** One object whose reading has begun. */
export interface ObjectReading {
  readonly reading: S3Reading
  readonly input: object
  readonly shown: string
  readonly first: OpenObject
  readonly signal: AbortSignal
}

/** How often in a row a download that breaks off without a byte is taken up again. */
const mostBreaks = 3
const pauseMs = 500

/**
 * The content of an object. A download that breaks off is taken up again where it stood, if the object is still the same.
 * Ends early when the signal aborts.
 *
 * @throws TargetUnavailableError once it breaks off again and again, SnapshotError if the object was replaced.
 */
export async function* objectChunks({
  reading,
  input,
  shown,
  first,
  signal,
}: ObjectReading): AsyncGenerator<Buffer, void> {
  let received = 0
  let open = first
  for (let breaks = 0; !signal.aborted;) {
    try {
      for await (const chunk of timedChunks(reading, open.body, shown, signal)) {
        received += chunk.length
        breaks = 0
        if (received > first.bytes) throw new SnapshotError(`${shown} is longer than S3 said. Read the export again.`)
        yield chunk
      }
    } catch (error) {
      if (isSyncError(error, 'SNAPSHOT_INVALID')) throw error // what else breaks off is taken up again
    }
    if (isAborted(signal) || received === first.bytes) return
    if (++breaks > mostBreaks) throw brokenOff(shown)
    await reading.clock.sleep(reading.random() * pauseMs * 2 ** breaks, signal).catch(() => undefined)
    if (isAborted(signal)) return
    open = await takenUp({ reading, input, shown, first, signal }, received)
  }
}

async function takenUp({ reading, input, shown, first, signal }: ObjectReading, from: number): Promise<OpenObject> {
  const same = first.etag === undefined ? {} : { IfMatch: first.etag }
  try {
    const open = await openObject(reading, { ...input, ...same, Range: `bytes=${from}-` }, shown, signal)
    if (open.bytes === first.bytes - from) return open
  } catch (error) {
    throw s3Error(error, shown)
  }
  throw new SnapshotError(`${shown} was replaced while it was read. Read the export again.`)
}

async function* timedChunks(
  { clock, timeoutMs }: S3Reading,
  body: AsyncIterable<Uint8Array>,
  shown: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await inTime(clock, timeoutMs, signal, chunks.next())
      if (next === 'aborted') return
      if (next === 'late') throw silent(shown, timeoutMs)
      if (next.value.done === true) return
      yield Buffer.from(next.value.value)
    }
  } finally {
    letGo(body, chunks)
  }
}

/** A stream that is destroyed frees its connection, even while a chunk is on its way. */
function letGo(body: AsyncIterable<Uint8Array>, chunks: AsyncIterator<Uint8Array>): void {
  if ('destroy' in body && typeof body.destroy === 'function') (body as { destroy: () => void }).destroy()
  else chunks.return?.().catch(() => undefined)
}

function brokenOff(shown: string): TargetUnavailableError {
  return new TargetUnavailableError(`The download of ${shown} broke off again and again. Read the export again later.`)
}

// A function, because the compiler believes that `aborted` does not change during an await.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
