import { givenOptions } from '../../core/given-options.ts'
import { checkedTombstoneDays } from '../../core/tombstone-days.ts'
import { checkedOwnColumns } from '../../postgres/check-options.ts'
import { checkedTable, qualified, quoted } from '../../postgres/identifier.ts'

/** Options of {@link postgresPurge}. `table` is needed. */
export interface PostgresPurgeOptions {
  /** The table's name, as it is: no quotes, no dots. */
  readonly table: string
  /** Its schema. Default: the first of the search path that has it. */
  readonly schema?: string | undefined
  /**
   * How long a tombstone is kept, in whole days. It must be longer than dead letters live: at least the dead letter
   * queue's retention plus 24 h, hence at least 2. Default 30.
   */
  readonly tombstoneDays?: number | undefined
  /** As in the target's options. Default `_removed`. */
  readonly removedColumn?: string | undefined
  /** As in the target's options. Default `_removed_at`. */
  readonly removedAtColumn?: string | undefined
}

/**
 * The SQL that deletes the tombstones that nobody needs any more. Run it on a schedule, once a day for instance.
 *
 * @example
 * ```ts
 * await pool.query(postgresPurge({ table: 'stock' }))
 * ```
 *
 * @throws ConfigError for a name that cannot be, or for tombstones that would be deleted too early.
 */
export function postgresPurge(options: PostgresPurgeOptions): string {
  const known = ['table', 'schema', 'tombstoneDays', 'removedColumn', 'removedAtColumn']
  const given = givenOptions('postgresPurge', options, known, '{ table }')
  const { removedColumn, removedAtColumn } = checkedOwnColumns(given)
  const days = checkedTombstoneDays(given['tombstoneDays'])
  return `DELETE FROM ${qualified(checkedTable(given))} WHERE ${quoted(removedColumn)} AND ${quoted(removedAtColumn)} < now() - interval '${days} days';\n`
}
