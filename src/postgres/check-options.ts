import { shown } from '../core/given-options.ts'
import { isRecord } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import { checkedName } from './identifier.ts'
import type { RowReader } from './layout.ts'

/** Names of the columns that the library keeps for itself. */
export interface OwnColumns {
  readonly versionColumn: string
  readonly removedColumn: string
  readonly removedAtColumn: string
}

export const ownColumns: OwnColumns = {
  versionColumn: '_version',
  removedColumn: '_removed',
  removedAtColumn: '_removed_at',
}

type Given = Readonly<Record<string, unknown>>

/** @throws ConfigError for what is no column's name. */
export function checkedOwnColumns(given: Given): OwnColumns {
  const nameOf = (option: keyof OwnColumns) =>
    given[option] === undefined ? ownColumns[option] : checkedName(option, given[option])
  return {
    versionColumn: nameOf('versionColumn'),
    removedColumn: nameOf('removedColumn'),
    removedAtColumn: nameOf('removedAtColumn'),
  }
}

/** @throws ConfigError for a number that is not whole, or out of bounds. */
export function checkedWhole(
  option: string,
  value: unknown,
  standard: number,
  [least, most]: readonly [number, number],
) {
  if (value === undefined) return standard
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new ConfigError(option, `${shown(value)} is no whole number from ${least} to ${most}. Default ${standard}.`)
}

/** @throws ConfigError for what is no function. */
export function checkedRow(value: unknown): RowReader | undefined {
  if (value === undefined || typeof value === 'function') return value as RowReader | undefined // as far as one can see
  throw new ConfigError('row', `${shown(value)} is no function. Give one that makes an item of a row, or leave it out.`)
}

type Source = string | ((...of: never[]) => unknown)

/**
 * Columns, each with what it is made of: a name, a list of names, which are made of attributes of the same name, or an
 * object `{ column: 'attribute' }`; a function only where `isMade`.
 *
 * @throws ConfigError for anything else.
 */
export function checkedColumns(option: string, value: unknown, isMade: boolean): ReadonlyMap<string, Source> {
  const example = isMade ? "{ qty: (item) => item.quantity, note: 'comment' }" : "{ qty: 'quantity' }"
  const entries = entriesOf(value)
  if (!entries || entries.length === 0)
    throw new ConfigError(option, `${shown(value)} names no columns. Give a name, a list of names, or ${example}.`)
  for (const [column, from] of entries) {
    checkedName(option, column)
    if ((typeof from === 'string' && from !== '') || (isMade && typeof from === 'function')) continue
    throw new ConfigError(`${option}.${column}`, `${shown(from)} makes no column. Give ${example}.`)
  }
  const map = new Map(entries as readonly (readonly [string, Source])[]) // just seen to be of it
  if (map.size < entries.length) throw new ConfigError(option, 'names a column twice. Name it once.')
  return map
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value === 'string') return [[value, value]]
  if (Array.isArray(value)) return value.map((name: unknown) => [String(name), name] as const)
  return isRecord(value) ? Object.entries(value) : undefined
}

/** @throws ConfigError for a column that is named by two options. */
export function checkDistinct(named: readonly (readonly [option: string, column: string])[]): void {
  const seen = new Map<string, string>()
  for (const [option, column] of named) {
    const other = seen.get(column)
    if (other !== undefined)
      throw new ConfigError(option, `the column "${column}" is also in ${other}. Give each column one meaning.`)
    seen.set(column, option)
  }
}
