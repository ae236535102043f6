import { gunzipped, isGzip } from './gunzip.ts'
import { checkUnchanged, type OpenFile, unreadable } from './open-file.ts'

const chunkBytes = 131_072

/**
 * The content of a file in pieces of about 128 KiB, unpacked where it is gzip or is named so. Ends early when the signal
 * aborts. The file stays open: whoever opened it closes it.
 *
 * @throws SnapshotError for a file that cannot be read, is packed badly or cut off, or was written to meanwhile.
 */
export async function* fileChunks(file: string, open: OpenFile, signal: AbortSignal): AsyncGenerator<Buffer> {
  const plain = plainChunks(file, open, signal)
  const first = await plain.next()
  if (first.done === true && !file.endsWith('.gz')) return
  const start = first.done === true ? Buffer.alloc(0) : first.value
  const chunks = startingWith(start, plain)
  if (!file.endsWith('.gz') && !isGzip(start)) yield* chunks
  else if (!signal.aborted) yield* gunzipped(file, chunks, open.bytes, signal)
}

async function* plainChunks(file: string, open: OpenFile, signal: AbortSignal): AsyncGenerator<Buffer> {
  while (!signal.aborted) {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes)
    const { bytesRead } = await read(file, open, buffer)
    if (bytesRead === 0) {
      await checkUnchanged(file, open)
      return
    }
    yield buffer.subarray(0, bytesRead)
  }
}

async function read(file: string, { handle }: OpenFile, buffer: Buffer): Promise<{ readonly bytesRead: number }> {
  try {
    return await handle.read(buffer)
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function* startingWith(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}
