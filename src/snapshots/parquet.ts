import type { Snapshot } from '../ports/snapshot.ts'
import type { RowOptions } from '../rows/entry-maker.ts'
import { parquetPages } from './parquet/pages.ts'
import { parquetSettings } from './parquet/settings.ts'

/** Options of {@link parquetSnapshot}: `key`, and either `file` or `files` are needed. */
export interface ParquetSnapshotOptions extends RowOptions<Readonly<Record<string, unknown>>> {
  /** The file's path, or a pattern such as `stock/*.parquet`. */
  readonly file?: string | undefined
  /** Several of them, which hold the same columns. */
  readonly files?: readonly string[] | undefined
  /** The item's key attributes, as in its definition: `'sku'` or `['sku', 'location']`. */
  readonly key: string | readonly string[]
  /** The columns to read: a list, or with the attribute that each is, `{ article: 'sku', qty: 'quantity' }`. Default: every column, by its name. */
  readonly columns?: readonly string[] | Readonly<Record<string, string>> | undefined
  /** What DuckDB may hold in memory, beside which the process needs about 250 MB. Default `128MB`. */
  readonly memoryLimit?: string | undefined
  /** Default 2. */
  readonly threads?: number | undefined
  /** Where what exceeds memory is put aside. Default: the system's folder for such. */
  readonly tempDirectory?: string | undefined
}

/**
 * The rows of Parquet files as a snapshot, read and sorted by DuckDB.
 *
 * @example
 * ```ts
 * parquetSnapshot({ file: '/mnt/lyon/stock.parquet', key: 'sku', columns: { sku: 'sku', on_hand: 'quantity' } })
 * ```
 *
 * - **Order.** DuckDB sorts by the key, on disk where memory does not suffice, and `after` and `until` narrow what is read
 *   where the key is one text. With `row` or `entries`, order is left to reconcile.
 * - **Values** are exact: a number is a `number` where that holds it, else a `bigint` or `{ value }`, as in an item of the
 *   table; `BLOB` a `Uint8Array`; lists, structs and maps as lists and objects; `DATE` as `2026-11-24`; `TIMESTAMP` as
 *   `2026-11-24T10:55:19.000`, one with a time zone with a `Z`. NULL is an attribute that is not there.
 * - **Compared in place.** Where all places are such files, without `row` and `entries`, reconcile leaves the comparison to
 *   DuckDB, and reads only the rows that differ. It then has limits of its own: 192 MB, 2 threads, the system's folder.
 * - A partition is a share of the rows, by their hash, and reads all of the files. The rows are as old as the files: the
 *   summary says when they were last written, and how many rows there are.
 *
 * A file that is missing, cut short, damaged, written to meanwhile or of other columns than the first, and a key column
 * that is missing: each makes the snapshot throw a SnapshotError that names the file and the remedy.
 *
 * Needs the package `@duckdb/node-api`. @throws ConfigError for an option that cannot work.
 */
export function parquetSnapshot(options: ParquetSnapshotOptions): Snapshot {
  const settings = parquetSettings(options)
  return {
    order: settings.entryOf ? 'none' : 'key',
    pages: (context) => parquetPages(settings, context),
    ...(settings.entryOf ? {} : { relation: settings.relation }),
  }
}
