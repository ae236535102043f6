import { stat } from 'node:fs/promises'
import type { DuckDb } from '../../duckdb/open-duckdb.ts'
import { quoteText } from '../../duckdb/quote.ts'
import { SnapshotError } from '../../errors.ts'

/** The files of a place, and what they were like. */
export interface FilesRead {
  readonly oldest: Date
  readonly newest: Date
  /** What changes when one of them is written to, or one is added. */
  readonly state: string
}

/** Looks at the files that the patterns name now. @throws SnapshotError where there are none. */
export async function filesNow(duck: DuckDb, files: readonly string[]): Promise<FilesRead> {
  const { result } = await duck.stream(`SELECT file FROM glob([${files.map(quoteText).join(', ')}]) ORDER BY file`)
  const paths = (await result.getRows()).map(([path]) => String(path))
  if (paths.length === 0) throw new SnapshotError('There is no such file. Check the path.')
  const stats = await Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs } = await stat(path)
      return { path, size, mtimeMs }
    }),
  )
  const times = stats.map(({ mtimeMs }) => mtimeMs)
  return {
    oldest: new Date(Math.min(...times)),
    newest: new Date(Math.max(...times)),
    state: JSON.stringify(stats.map(({ path, size, mtimeMs }) => [path, size, mtimeMs])),
  }
}
