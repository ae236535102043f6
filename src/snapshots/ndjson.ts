import { bytesParser } from '../files/bytes-parser.ts'
import { filePages } from '../files/file-pages.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import { entryMaker, type RowOptions } from '../rows/entry-maker.ts'
import { ndjsonLines } from './ndjson/lines.ts'
import { ndjsonSettings } from './ndjson/settings.ts'

/** Options of {@link ndjsonSnapshot}. `file` is the only one that is needed. */
export interface NdjsonSnapshotOptions extends RowOptions<Readonly<Record<string, unknown>>> {
  /** The file's path. One that is packed by gzip is unpacked while it is read. */
  readonly file: string
  /** `key`: its lines are sorted by key text in UTF-8 byte order, which reconcile verifies. Default `none`. */
  readonly order?: 'key' | 'none' | undefined
  /** The longest line that is read, in bytes. Default 1,048,576 (1 MiB), at most 16 MiB. */
  readonly maxLineBytes?: number | undefined
}

/**
 * The lines of a file of newline-delimited JSON, each an object, as a snapshot.
 *
 * @example
 * ```ts
 * ndjsonSnapshot({ file: '/mnt/lyon/stock.ndjson.gz', order: 'key' })
 * ```
 *
 * - **Numbers** are exact: `bigint` or `{ value }` where a `number` would round, as in an item of the table.
 * - **Lines.** UTF-8, with or without byte order mark. Empty lines are passed over. https://github.com/ndjson/ndjson-spec
 * - **Versions and tombstones** are told by lines `{"key":"A1","item":{…},"version":"…","removed":true}`, with `entries`.
 * - **Memory** is that of some pieces of 128 KiB, whatever the file's size. A partition is every so many-th row, and
 *   reads all of the file.
 * - The rows are as old as the file: the summary says when it was last written, and how many rows came of it.
 *
 * A file that is missing, cut off, packed badly or written to meanwhile, a line that is no JSON object, is no UTF-8 or is
 * too long, and a row that `row` refuses: each makes the snapshot throw a SnapshotError that names the file, the line and
 * the remedy. No error shows what a line holds.
 * @throws ConfigError for an option that cannot work.
 */
export function ndjsonSnapshot(options: NdjsonSnapshotOptions): Snapshot {
  const { file, order, maxLineBytes } = ndjsonSettings(options)
  const entryOf = entryMaker(options)
  return {
    order,
    pages: (context) => filePages(file, bytesParser(ndjsonLines({ file, maxBytes: maxLineBytes, entryOf })), context),
  }
}
