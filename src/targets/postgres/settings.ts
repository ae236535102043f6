import type { ItemKey, KeyAttribute } from '../../core/key.ts'
import { checkClock, givenOptions } from '../../core/given-options.ts'
import type { Clock } from '../../ports/clock.ts'
import {
  checkDistinct,
  checkedColumns,
  checkedOwnColumns,
  checkedRow,
  checkedWhole,
  type OwnColumns,
} from '../../postgres/check-options.ts'
import { checkedTable, type TableName } from '../../postgres/identifier.ts'
import type { Layout } from '../../postgres/layout.ts'
import { checkedPool, type PostgresPoolLike } from '../../postgres/pool.ts'
import { longestTimer, systemClock } from '../../system-clock.ts'
import type { PostgresTargetOptions } from '../postgres.ts'

/** What {@link PostgresTargetOptions} come to, checked. */
export interface PostgresTargetSettings extends OwnColumns {
  readonly pool: PostgresPoolLike
  readonly clock: Clock
  readonly name: TableName
  /** Undefined: the key attributes, by their names. */
  readonly key: ReadonlyMap<string, string | ((item: ItemKey) => KeyAttribute)> | undefined
  /** Undefined: the attributes, by their names. */
  readonly columns: ReadonlyMap<string, string | ((item: unknown) => unknown)> | undefined
  readonly row: Layout['row']
  readonly batchSize: number
  readonly statementTimeoutMs: number
}

const known = [
  ...['pool', 'table', 'schema', 'key', 'columns', 'row', 'versionColumn', 'removedColumn', 'removedAtColumn'],
  ...['batchSize', 'statementTimeoutMs', 'clock'],
]

export function settingsOf<Item>(options: PostgresTargetOptions<Item>): PostgresTargetSettings {
  const given = givenOptions('postgresTarget', options, known, '{ pool, table }')
  const pool = checkedPool(given['pool'])
  checkClock(given['clock'])
  const own = checkedOwnColumns(given)
  const key = given['key'] === undefined ? undefined : checkedColumns('key', given['key'], true)
  const columns = given['columns'] === undefined ? undefined : checkedColumns('columns', given['columns'], true)
  checkDistinct([
    ...[...(key?.keys() ?? [])].map((column) => ['key', column] as const),
    ...[...(columns?.keys() ?? [])].map((column) => ['columns', column] as const),
    ...Object.entries(own),
  ])
  return {
    pool,
    clock: options.clock ?? systemClock,
    name: checkedTable(given),
    key: key as PostgresTargetSettings['key'], // its functions are the caller's word
    columns: columns as PostgresTargetSettings['columns'],
    row: checkedRow(given['row']),
    ...own,
    batchSize: checkedWhole('batchSize', given['batchSize'], 100, [1, 1_000]),
    statementTimeoutMs: checkedWhole('statementTimeoutMs', given['statementTimeoutMs'], longestTimer, [
      1,
      longestTimer,
    ]),
  }
}
