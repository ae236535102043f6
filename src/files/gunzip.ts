import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { isRecord } from '../core/objects.ts'
import { SnapshotError } from '../errors.ts'

const chunkSize = 131_072

/** https://www.rfc-editor.org/rfc/rfc1952#page-6 */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b
}

/**
 * Unpacks gzip of any number of members, piece by piece. Ends early when the signal aborts.
 *
 * @throws SnapshotError for what is no gzip, is cut off, or holds something else behind its end, which zlib would pass over.
 */
export async function* gunzipped(
  file: string,
  chunks: AsyncIterable<Buffer>,
  bytes: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize })
  pipeline(Readable.from(chunks), gunzip, () => undefined) // what fails, fails the reading below
  try {
    for await (const chunk of gunzip) {
      if (signal.aborted) return
      yield chunk as Buffer
    }
  } catch (error) {
    if (signal.aborted) return
    throw packedBadly(file, error)
  }
  if (gunzip.bytesWritten !== bytes)
    throw new SnapshotError(`${file} holds something else behind the end of its gzip. Pack it anew.`)
}

function packedBadly(file: string, error: unknown): SnapshotError {
  if (error instanceof SnapshotError) return error
  const cutOff = isRecord(error) && error['code'] === 'Z_BUF_ERROR'
  return new SnapshotError(
    cutOff
      ? `${file} is cut off: its gzip does not end. Fetch it again.`
      : `${file} cannot be unpacked: it is damaged, or no gzip. Fetch it again, or name it without .gz.`,
    { cause: error },
  )
}
