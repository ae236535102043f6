import { open, stat, type FileHandle } from 'node:fs/promises'
import { isRecord } from '../core/objects.ts'
import { SnapshotError } from '../errors.ts'

/** A file that is open, and what it was like when it was opened. */
export interface OpenFile {
  readonly handle: FileHandle
  readonly bytes: number
  /** When it was last written. */
  readonly writtenAt: Date
}

/** @throws SnapshotError for what is no file, or cannot be opened. */
export async function openFile(file: string): Promise<OpenFile> {
  try {
    // Looked at first: to open a pipe would wait for whoever writes into it.
    if (!(await stat(file)).isFile()) throw new SnapshotError(`${file} is no file. Name one.`)
    const handle = await open(file)
    try {
      const { size, mtime } = await handle.stat()
      return { handle, bytes: size, writtenAt: mtime }
    } catch (error) {
      await handle.close()
      throw error
    }
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** @throws SnapshotError for a file that was written to since it was opened: it may have been read in halves. */
export async function checkUnchanged(file: string, { handle, bytes, writtenAt }: OpenFile): Promise<void> {
  const { size, mtime } = await handle.stat()
  if (size === bytes && mtime.getTime() === writtenAt.getTime()) return
  throw new SnapshotError(
    `${file} was written to while it was read. Write it under another name, and rename it once it is whole.`,
  )
}

/** What the system says of a file, in the words of this package. */
export function unreadable(file: string, error: unknown): SnapshotError {
  if (error instanceof SnapshotError) return error
  const code = isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown error'
  const remedy = code === 'ENOENT' ? 'There is none of that name.' : 'See that it is there and may be read.'
  return new SnapshotError(`${file} cannot be read (${code}). ${remedy}`, { cause: error })
}
