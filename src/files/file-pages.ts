import type { SnapshotContext, SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'
import { shareOf } from '../rows/share.ts'
import type { BytesParser } from './bytes-parser.ts'
import { fileChunks } from './file-chunks.ts'
import { openFile } from './open-file.ts'

const pageRows = 2_000

/**
 * The rows of a file, in pages of at most 2,000. A partition is every so many-th row. The rows are as old as the file,
 * and what an abort leaves out makes them incomplete.
 *
 * @throws SnapshotError for a file that cannot be read, and for what `parser` refuses.
 */
export async function* filePages(
  file: string,
  parser: BytesParser,
  { signal, partition }: SnapshotContext,
): AsyncGenerator<readonly SnapshotEntry[], SnapshotSummary, undefined> {
  const open = await openFile(file)
  const share = shareOf(partition)
  let rows = 0
  try {
    for await (const chunk of fileChunks(file, open, signal)) {
      const entries = share(parser.push(chunk))
      yield* pagesOf(entries)
      rows += entries.length
    }
    const complete = !signal.aborted
    const last = complete ? share(parser.end()) : []
    yield* pagesOf(last)
    return { startedAt: open.writtenAt, endedAt: open.writtenAt, complete, rows: rows + last.length }
  } finally {
    await open.handle.close()
  }
}

function* pagesOf(entries: readonly SnapshotEntry[]): Generator<readonly SnapshotEntry[]> {
  if (entries.length > 0 && entries.length <= pageRows) yield entries
  else for (let start = 0; start < entries.length; start += pageRows) yield entries.slice(start, start + pageRows)
}
