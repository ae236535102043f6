import { checkClock, givenOptions, shown } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import {
  checkDistinct,
  checkedColumns,
  checkedOwnColumns,
  checkedRow,
  checkedWhole,
  type OwnColumns,
} from '../../postgres/check-options.ts'
import { checkedTable, qualified } from '../../postgres/identifier.ts'
import type { Layout } from '../../postgres/layout.ts'
import { checkedPool, type PostgresPoolLike } from '../../postgres/pool.ts'
import { pageDefaults, pageLimits } from '../../postgres/page-limits.ts'
import { systemClock } from '../../system-clock.ts'
import type { PostgresSnapshotOptions } from '../postgres.ts'

/** What {@link PostgresSnapshotOptions} come to, checked. */
export interface PostgresSnapshotSettings {
  readonly pool: PostgresPoolLike
  readonly clock: Clock
  /** What stands after FROM. */
  readonly source: string
  readonly values: readonly unknown[]
  readonly key: ReadonlyMap<string, string>
  /** Undefined: every column. */
  readonly columns: ReadonlyMap<string, string> | undefined
  readonly row: Layout['row']
  readonly own: OwnColumns
  /** Names of own columns that the caller gave: they must be there. */
  readonly required: readonly string[]
  readonly pageRows: number
  readonly timeoutMs: number
  readonly idleTimeoutMs: number
}

const own = ['versionColumn', 'removedColumn', 'removedAtColumn'] as const

const known = [
  ...['pool', 'table', 'schema', 'query', 'values', 'key', 'columns', 'row', ...own],
  ...['pageRows', 'statementTimeoutMs', 'idleTimeoutMs', 'clock'],
]

export function settingsOf(options: PostgresSnapshotOptions): PostgresSnapshotSettings {
  const given = givenOptions('postgresSnapshot', options, known, '{ pool, table, key }')
  const pool = checkedPool(given['pool'])
  checkClock(given['clock'])
  const names = checkedOwnColumns(given)
  const key = renamed('key', given['key'])
  const columns = given['columns'] === undefined ? undefined : renamed('columns', given['columns'])
  checkDistinct([
    ...[...key.keys()].map((column) => ['key', column] as const),
    ...[...(columns?.keys() ?? [])].map((column) => ['columns', column] as const),
    ...Object.entries(names),
  ])
  return {
    pool,
    clock: options.clock ?? systemClock,
    ...sourceOf(given),
    key,
    columns,
    row: checkedRow(given['row']),
    own: names,
    required: own.filter((option) => given[option] !== undefined).map((option) => names[option]),
    pageRows: checkedWhole('pageRows', given['pageRows'], pageDefaults.pageRows, pageLimits.pageRows),
    timeoutMs: checkedWhole(
      'statementTimeoutMs',
      given['statementTimeoutMs'],
      pageDefaults.timeoutMs,
      pageLimits.milliseconds,
    ),
    idleTimeoutMs: checkedWhole(
      'idleTimeoutMs',
      given['idleTimeoutMs'],
      pageDefaults.idleTimeoutMs,
      pageLimits.milliseconds,
    ),
  }
}

function renamed(option: string, value: unknown): ReadonlyMap<string, string> {
  return checkedColumns(option, value, false) as ReadonlyMap<string, string> // without functions, all are names
}

function sourceOf(given: Readonly<Record<string, unknown>>): Pick<PostgresSnapshotSettings, 'source' | 'values'> {
  const { table, query, values, schema } = given
  if (query === undefined) {
    if (values !== undefined) throw new ConfigError('values', 'are the parameters of a query, and there is none.')
    return { source: qualified(checkedTable(given)), values: [] }
  }
  if (table !== undefined || schema !== undefined)
    throw new ConfigError('query', 'takes the place of table and schema. Give a query, or a table.')
  if (typeof query !== 'string' || query.trim() === '')
    throw new ConfigError('query', `${shown(query)} is no query. Give a SELECT.`)
  if (values !== undefined && !Array.isArray(values))
    throw new ConfigError('values', `${shown(values)} is no list. Give the query's parameters in order.`)
  return { source: `(\n${query.replace(/[;\s]+$/, '')}\n)`, values: values ?? [] }
}
