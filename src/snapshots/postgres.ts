import type { Clock } from '../ports/clock.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import type { RowReader } from '../postgres/layout.ts'
import type { PostgresClientLike, PostgresPoolLike } from '../postgres/pool.ts'
import { snapshotPages } from '../postgres/snapshot-pages.ts'
import { settingsOf } from './postgres/settings.ts'
import { statementOf } from './postgres/statement.ts'

export type { PostgresClientLike, PostgresPoolLike }

/** Options of {@link postgresSnapshot}: `pool`, `key`, and either `table` or `query` are needed. */
export type PostgresSnapshotOptions = PostgresSnapshotReading &
  (
    | {
        /** The table's or view's name, as it is: no quotes, no dots. */
        readonly table: string
        /** Its schema. Default: the first of the search path that has it. */
        readonly schema?: string | undefined
        readonly query?: undefined
      }
    | {
        /** A SELECT of one's own, without an ORDER BY. It is put into brackets. */
        readonly query: string
        /** Its parameters, `$1` and so on. */
        readonly values?: readonly unknown[] | undefined
        readonly table?: undefined
      }
  )

interface PostgresSnapshotReading {
  /** A `Pool` of the package `pg`. Give it `connectionTimeoutMillis` too: by default it waits for ever. */
  readonly pool: PostgresPoolLike
  /**
   * The columns of the item's key, in the order of the item's key: a name, a list of names, or with the attribute that
   * each holds, `{ article: 'sku', site: 'location' }`.
   */
  readonly key: string | readonly string[] | Readonly<Record<string, string>>
  /** The other columns to read: a list, or with the attribute that each is, `{ qty: 'quantity' }`. Default: every column, by its name. */
  readonly columns?: readonly string[] | Readonly<Record<string, string>> | undefined
  /** Makes an item of a row's values, which are by column: for what is no plain renaming. Key attributes are added. */
  readonly row?: RowReader | undefined
  /** The column with the version. Default `_version`, where there is one. */
  readonly versionColumn?: string | undefined
  /** The column that marks tombstones. Default `_removed`, where there is one. */
  readonly removedColumn?: string | undefined
  /** The column with the time of a removal, which is no attribute. Default `_removed_at`, where there is one. */
  readonly removedAtColumn?: string | undefined
  /** Rows of a page at most. Fewer are asked for where rows are large: a page comes to about 4 MB. Default 1,000. */
  readonly pageRows?: number | undefined
  /** How long the server may take for a page, in milliseconds; sorting, where no index has the order, is part of the first. Default 120,000. */
  readonly statementTimeoutMs?: number | undefined
  /** How long the consumer may take for a page before the server ends the transaction, in milliseconds. Default 600,000. */
  readonly idleTimeoutMs?: number | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/**
 * The rows of a PostgreSQL table or query, as they were at one moment.
 *
 * @example
 * ```ts
 * postgresSnapshot({ pool, table: 'stock', key: 'sku', columns: { on_hand: 'quantity' } })
 * ```
 *
 * - **One moment.** All rows are read through a cursor in one transaction, `REPEATABLE READ READ ONLY`. Nothing is
 *   written or locked. The transaction ends, and the client goes back, also when the consumer stops early or its signal
 *   aborts. https://www.postgresql.org/docs/current/transaction-iso.html#XACT-REPEATABLE-READ
 * - **Order.** Sorted by key text in UTF-8 byte order (`COLLATE "C"`), numbers and bytes by themselves. The database must
 *   be encoded in UTF-8. An index with collation `"C"` on the key saves the sort. `after` and `until` are left to the
 *   database where the first key column is a text. A partition is a share of the keys, by their hash.
 * - **Values** are exact. Numbers as an item has them, `bytea` as `Uint8Array`, `json` and `jsonb` as objects, lists and so
 *   on, arrays of texts, numbers or `bytea` as a `Set`, or as a list where they hold a value twice; `timestamptz` as
 *   `toISOString` writes it; NULL as `null`; all other types as PostgreSQL's text.
 * - **Versions.** A table that `postgresTarget` writes gives versions and tombstones, any other gives rows without.
 *
 * A missing table, column or permission is unavailable, as in the target. A key that is NULL, or that cannot be a key, is
 * a SnapshotError. Needs the right to SELECT, and PostgreSQL 12 or newer.
 * @throws ConfigError for an option that cannot work.
 */
export function postgresSnapshot(options: PostgresSnapshotOptions): Snapshot {
  const settings = settingsOf(options)
  return {
    order: 'key',
    pages: (context) =>
      snapshotPages({
        ...settings,
        signal: context.signal,
        prepare: (run) => statementOf(run, settings, context),
      }),
  }
}
