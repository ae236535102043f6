import { isSyncError, SnapshotError } from '../errors.ts'

/** Why DuckDB refused, by the beginning or a part of its message, which may quote a row and is only kept as the cause. */
const problems: readonly (readonly [message: RegExp, remedy: string])[] = [
  [/No files found/, 'There is no such file. Check the path.'],
  [/Permission denied|Cannot open file/i, 'It cannot be opened. Check the path and the permissions.'],
  [/schema mismatch/, 'Its files do not have the same columns. Give files of one export alone.'],
  [
    /No space left|max_temp_directory_size/i,
    'What exceeds memory does not fit on the disk. Give a larger `tempDirectory`.',
  ],
  [/^Out of Memory Error/, 'It needs more memory. Give a higher `memoryLimit`, or fewer `threads`.'],
  [
    /magic bytes|too small to be a Parquet|TProtocolException|Failed to read file|decompress|Invalid Input Error|Invalid Error/i,
    'It is damaged, cut short, or in another format. Write it again, or fetch it again.',
  ],
  [/^Binder Error|^Catalog Error/, 'A table or column that was asked for is not there.'],
  [/^Conversion Error/, 'A value does not fit the type of its column. Give the column a type that holds all of it.'],
]

/** An error of DuckDB about some place, as the library tells it. What is of this library already, or an abort, stays. */
export function placeProblem(place: string, error: unknown, signal?: AbortSignal): unknown {
  if (isSyncError(error) || signal?.aborted === true) return error
  const message = error instanceof Error ? error.message : ''
  const remedy = problems.find(([pattern]) => pattern.test(message))?.[1] ?? 'DuckDB tells why, as the cause.'
  return new SnapshotError(`${place} cannot be read. ${remedy}`, { cause: error })
}
