import type { ItemKey, KeyAttribute } from '../core/key.ts'
import type { Clock } from '../ports/clock.ts'
import type { BatchTarget } from '../ports/target.ts'
import type { RowReader } from '../postgres/layout.ts'
import type { PostgresClientLike, PostgresPoolLike } from '../postgres/pool.ts'
import { applyChanges } from './postgres/apply.ts'
import { readKeys } from './postgres/read.ts'
import { settingsOf } from './postgres/settings.ts'
import { targetSnapshot } from './postgres/snapshot.ts'
import { knownTable } from './postgres/table.ts'

export { postgresMigration, type PostgresMigrationOptions } from './postgres/migration.ts'
export { postgresPurge, type PostgresPurgeOptions } from './postgres/purge.ts'
export type { PostgresClientLike, PostgresPoolLike }

/** How one key column is made: the name of one of the item's key attributes, or a function. */
export type PostgresKeyColumn = string | ((item: ItemKey) => KeyAttribute)

/** Options of {@link postgresTarget}. `pool` and `table` are needed. */
export interface PostgresTargetOptions<Item = unknown> {
  /** A `Pool` of the package `pg`. Give it `connectionTimeoutMillis` too: by default it waits for ever. */
  readonly pool: PostgresPoolLike
  /** The table's name, as it is: no quotes, no dots. */
  readonly table: string
  /** Its schema. Default: the first of the search path that has it. */
  readonly schema?: string | undefined
  /**
   * The key columns, in the order of the item's key: a name, a list of names, or with what each is made of,
   * `{ article: 'sku', site: 'location' }` or `{ id: ({ key }) => key }`. Two items must never get the same key, and a
   * unique index must be on just these columns. Default: the item's key attributes by their names; then a snapshot comes
   * in no order. Give it, and the database sorts.
   */
  readonly key?: string | readonly string[] | Readonly<Record<string, PostgresKeyColumn>> | undefined
  /**
   * The other columns, each with what it is made of: an attribute's name, or a function of the item. Columns that are
   * not named are left alone. Default: the item's attributes by their names. Then each of the table's columns that has no
   * default is the item's: it becomes NULL where the item has no such attribute.
   */
  readonly columns?: Readonly<Record<string, string | ((item: Item) => unknown)>> | undefined
  /**
   * Makes an item of a row's values, which are by column, for `read` and `snapshot`: the way back of functions in
   * `columns` and `key`. Key attributes are added. Default: the columns as attributes.
   */
  readonly row?: RowReader | undefined
  /** The column that holds the version, a text. Default `_version`. */
  readonly versionColumn?: string | undefined
  /** The column that marks a tombstone, a boolean. Default `_removed`. */
  readonly removedColumn?: string | undefined
  /** The column with the time of a removal, by the database's clock. Default `_removed_at`. */
  readonly removedAtColumn?: string | undefined
  /** Changes per statement, 1 to 1,000. Default 100. */
  readonly batchSize?: number | undefined
  /** How long one statement may take, in milliseconds, where that is less than what the attempt has left. */
  readonly statementTimeoutMs?: number | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/**
 * A warehouse that is a PostgreSQL table. A guarded target: each batch is one upsert that compares versions.
 *
 * @example
 * ```ts
 * postgresTarget({ pool, table: 'stock', key: 'sku', columns: { on_hand: 'quantity' } })
 * ```
 *
 * **The table** needs the columns of {@link postgresMigration}: version, mark and time of removal. Without them each
 * batch is unavailable, and the reason names what to do.
 *
 * **Answers.** A newer change is applied. The version that the table holds already: unchanged. An older one: stale. Each
 * change gets its own. Versions are compared by bytes (`COLLATE "C"`) inside the upsert, so that nothing gets in between.
 * A row without a version is older than everything. https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
 *
 * **Removals** leave tombstones: key, version, mark, time; the columns that are written become NULL, or what comes next
 * to it where they are NOT NULL: 0, an empty text, false. Let every reader of the table ask for `NOT _removed`, and
 * delete old tombstones on a schedule: {@link postgresPurge}.
 *
 * **Values** are written exactly, by the column's type: texts to `text` and `varchar`, numbers to `numeric`, integers and
 * floats, `Uint8Array` to `bytea`, a `Set` to an array, lists, maps and anything else that JSON knows to `jsonb`, ISO times
 * to `timestamptz`. **Rejected**, by the column's or attribute's name, is what would come back as something else: a number
 * that the column would round, NUL characters and half surrogate pairs, a set or binary within `jsonb`, an attribute that
 * has no column; and what PostgreSQL refuses for its content: data exceptions, constraints, triggers. `null` is NULL; in
 * `jsonb` it is JSON's.
 *
 * **Unavailable** is all else: connections, time-outs, locked rows, deadlocks, shut-downs, a missing table or permission.
 * The reasons name the SQLSTATE and never a value.
 *
 * **Time.** Checking out a client, and each statement, end with the attempt. The server is told the time too, for this
 * transaction alone (`SET LOCAL statement_timeout`), so that a lock is not waited for by nobody; this works behind
 * PgBouncer. A client whose answer did not come is closed.
 *
 * `read` answers tombstones with their versions, and asks the pool's server: give it the primary. `snapshot` is one
 * transaction, as `postgresSnapshot` of `dynamodb-stream-sync/snapshots/postgres`. The role needs SELECT, INSERT and
 * UPDATE. PostgreSQL 12 or newer, encoded in UTF-8.
 * @throws ConfigError for an option that cannot work.
 */
export function postgresTarget<Item = unknown>(options: PostgresTargetOptions<Item>): BatchTarget<Item> {
  const settings = settingsOf(options)
  const table = knownTable(settings)
  return {
    guarded: true,
    batchSize: settings.batchSize,
    applyBatch: (changes, context) => applyChanges(changes, table, settings, context),
    read: (keys, context) => readKeys(keys, table, settings, context),
    snapshot: () => targetSnapshot(table, settings),
  }
}
