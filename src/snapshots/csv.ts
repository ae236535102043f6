import { bytesParser } from '../files/bytes-parser.ts'
import { filePages } from '../files/file-pages.ts'
import type { FileEncoding } from '../files/file-text.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import { entryMaker, type RowOptions } from '../rows/entry-maker.ts'
import { csvRows } from './csv/rows.ts'
import { csvSettings } from './csv/settings.ts'

/** Options of {@link csvSnapshot}. `file` is the only one that is needed. */
export interface CsvSnapshotOptions extends RowOptions<Readonly<Record<string, string>>> {
  /** The file's path. One that is packed by gzip is unpacked while it is read. */
  readonly file: string
  /**
   * The columns that hold numbers; without `row`. They become exact numbers, and an empty cell no attribute at all. Default
   * `['quantity']`, where there is such a column. All other cells stay text: `007` is no 7.
   */
  readonly numbers?: readonly string[] | undefined
  /** `key`: its rows are sorted by key text in UTF-8 byte order, which reconcile verifies. Default `none`. */
  readonly order?: 'key' | 'none' | undefined
  /** What stands between two cells: one ASCII character, such as `;` or a tab. Default a comma. */
  readonly delimiter?: string | undefined
  /** How the file's bytes become text. Default `utf-8`, which is checked; `windows-1252` is what older Windows programs write. */
  readonly encoding?: FileEncoding | undefined
  /** The names of the columns of a file without a header line. Default: its first line names them. */
  readonly header?: readonly string[] | undefined
  /** The longest row that is read, in bytes. Default 1,048,576 (1 MiB), at most 16 MiB. */
  readonly maxRowBytes?: number | undefined
}

/**
 * The rows of a CSV file as a snapshot, by the rules of RFC 4180: cells with a delimiter, a line break or a quote in them
 * are quoted, and a quote in them is doubled. https://www.rfc-editor.org/rfc/rfc4180
 *
 * @example
 * ```ts
 * csvSnapshot({
 *   file: '/mnt/lyon/stock.csv',
 *   delimiter: ';',
 *   key: 'sku',
 *   row: ({ article, on_hand = '' }) => {
 *     if (!/^\d{1,15}$/.test(on_hand)) throw new Error('on_hand is no number') // Number('') is 0
 *     return { sku: article, quantity: Number(on_hand) }
 *   },
 * })
 * ```
 *
 * - **Cells** are text, `numbers` excepted. Give `row` to make an item of them: a cell that only looks like another one
 *   (`7.0` and `7`) differs from it.
 * - **Header.** The first line names the columns, each by a name of its own. Empty lines are passed over. Every row has as
 *   many cells as there are columns.
 * - **Memory** is that of some pieces of 128 KiB, whatever the file's size. A partition is every so many-th row, and
 *   reads all of the file.
 * - The rows are as old as the file: the summary says when it was last written, and how many rows came of it.
 *
 * A file that is missing, empty, cut off, packed badly or written to meanwhile, a row with too few or too many cells, with
 * a misplaced quote, with other bytes than UTF-8, too long, or refused by `row`: each makes the snapshot throw a
 * SnapshotError that names the file, the line and the remedy. No error shows what a row holds.
 *
 * Needs the package `csv-parse`, which reads the rows that have quotes.
 * @throws ConfigError for an option that cannot work.
 */
export function csvSnapshot(options: CsvSnapshotOptions): Snapshot {
  const { order, ...settings } = csvSettings(options)
  const entryOf = entryMaker<Readonly<Record<string, unknown>>>(
    options as RowOptions<Readonly<Record<string, unknown>>>,
  ) // `row` gets the cells that it was promised: with it there are no numbers
  return {
    order,
    pages: (context) => filePages(settings.file, bytesParser(csvRows({ ...settings, entryOf })), context),
  }
}
