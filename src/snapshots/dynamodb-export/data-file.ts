import { createHash, type Hash } from 'node:crypto'
import { SnapshotError } from '../../errors.ts'
import { gunzipped } from '../../files/gunzip.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import { exportLines } from './lines.ts'
import type { DataFile, ExportType } from './manifest.ts'
import { newestStates } from './newest-states.ts'
import type { ExportStore, StoredFile } from './store.ts'

/** One data file, where it lies and how it is read. */
export interface DataFileReading {
  readonly store: ExportStore
  readonly type: ExportType
  readonly maxLineBytes: number
  readonly maxFileBytes: number
  readonly signal: AbortSignal
  /** Told once the file was read to its end, and is what the manifest says. */
  readonly onWhole: () => void
}

/**
 * The rows of a data file, page by page, as it is unpacked. Ends early when the signal aborts.
 *
 * @throws SnapshotError for a file that is missing, cut off or damaged, has a line that cannot be read, or other rows than
 * the manifest counts.
 */
export async function* dataFilePages(
  file: DataFile,
  reading: DataFileReading,
): AsyncGenerator<readonly SnapshotEntry[], void> {
  const { store, type, signal, onWhole } = reading
  // The data files of incremental exports lie together, beside the folders of their manifests.
  const name = type === 'FULL_EXPORT' ? `data/${file.name}` : `../data/${file.name}`
  const shown = store.shown(name)
  const stored = await store.open(name, signal)
  if (!stored) throw new SnapshotError(`${shown} is missing. Is the export copied whole?`)
  const digest = createHash('md5')
  try {
    yield* counted(file, shown, linePages(stored, digest, shown, reading), signal)
  } finally {
    await stored.close()
  }
  if (signal.aborted) return
  if (digest.digest('base64') !== file.md5)
    throw new SnapshotError(`${shown} is damaged: its MD5 is not that of the manifest. Copy it anew.`)
  onWhole()
}

/** A page, and of how many lines it is made. */
interface LinePage {
  readonly entries: readonly SnapshotEntry[]
  readonly lines: number
}

async function* counted(
  { items }: DataFile,
  shown: string,
  pages: AsyncIterable<LinePage>,
  signal: AbortSignal,
): AsyncGenerator<readonly SnapshotEntry[], void> {
  let lines = 0
  for await (const page of pages) {
    lines += page.lines
    if (lines > items) break
    if (page.entries.length > 0) yield page.entries
  }
  if (lines === items || signal.aborted) return
  throw new SnapshotError(
    `${shown} holds ${lines > items ? 'more' : lines} items, and the manifest counts ${items}. Copy the export anew.`,
  )
}

async function* linePages(
  stored: StoredFile,
  digest: Hash,
  shown: string,
  { type, maxLineBytes, maxFileBytes, signal }: DataFileReading,
): AsyncGenerator<LinePage, void> {
  const newest = type === 'FULL_EXPORT' ? undefined : newestStates()
  const plain = unpacked(stored, digest, shown, signal)
  for await (const lines of exportLines(plain, { file: shown, type, maxLineBytes, maxBytes: maxFileBytes }))
    yield { entries: newest ? newest.add(lines) : lines.map(({ entry }) => entry), lines: lines.length }
  if (newest && !signal.aborted) yield { entries: newest.rest(), lines: 0 }
}

/** What goes wrong with the file is thrown as it was, and not as a fault of its gzip. */
async function* unpacked(
  { bytes, chunks }: StoredFile,
  digest: Hash,
  shown: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  let failure: unknown
  async function* hashed(): AsyncGenerator<Buffer, void> {
    try {
      for await (const chunk of chunks) {
        digest.update(chunk)
        yield chunk
      }
    } catch (error) {
      failure = error
      throw error
    }
  }
  try {
    yield* bytes === 0 ? hashed() : gunzipped(shown, hashed(), bytes, signal)
  } catch (error) {
    throw failure ?? error
  }
}
