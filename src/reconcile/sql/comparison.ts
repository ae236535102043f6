import { shown } from '../../core/given-options.ts'
import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import { sampleSize } from '../drift-order.ts'
import type { ReconcileSqlOptions } from '../sql.ts'

/** A warehouse in a statement. */
export interface ComparedWarehouse {
  readonly name: string
  readonly rows: string
  readonly where: string | undefined
}

/** {@link ReconcileSqlOptions}, checked. */
export interface SqlComparison {
  readonly source: string
  readonly warehouses: readonly ComparedWarehouse[]
  readonly key: readonly string[]
  readonly fields: readonly string[]
  readonly quantity: string | undefined
  readonly listed: number
}

/** @throws ConfigError that names the option and the remedy. */
export function comparisonSettings(caller: string, options: ReconcileSqlOptions): SqlComparison {
  const given: unknown = options
  if (!isObject(given)) throw new ConfigError(caller, `needs options, such as { source, warehouses, key, fields }.`)
  const fields = checkedNames('fields', given['fields'])
  const own = typeof given['key'] === 'string' ? [given['key']] : given['key']
  const key = checkedNames('key', own)
  if (key.length > 2) throw new ConfigError('key', 'has more than two attributes. Give the one or two of the table.')
  return {
    source: checkedRows('source', given['source']),
    warehouses: checkedWarehouses(given['warehouses']),
    key,
    fields,
    quantity: checkedQuantity(given['quantity'], fields),
    listed: checkedListed(given['listed']),
  }
}

function checkedNames(field: string, value: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : []
  if (names.length === 0) throw new ConfigError(field, `${shown(value)} names no attribute. Give one or more.`)
  const odd = names.find((name) => typeof name !== 'string' || name === '')
  if (odd !== undefined) throw new ConfigError(field, `${shown(odd)} is no attribute's name.`)
  if (new Set(names).size < names.length) throw new ConfigError(field, 'names an attribute twice. Name it once.')
  return names as readonly string[] // just seen to be texts
}

function checkedRows(field: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new ConfigError(field, `${shown(value)} is no SQL. Give a table's name, or a query in parentheses.`)
}

function checkedWarehouses(value: unknown): readonly ComparedWarehouse[] {
  const named = isObject(value) ? Object.entries(value) : []
  if (named.length === 0) throw new ConfigError('warehouses', 'names no warehouse. Give one or more, by their names.')
  return named.map(([name, given]) => {
    const field = `warehouses.${name}`
    if (!isObject(given)) return { name, rows: checkedRows(field, given), where: undefined }
    const { rows, where } = given
    return {
      name,
      rows: checkedRows(`${field}.rows`, rows),
      where: where === undefined ? undefined : checkedRows(`${field}.where`, where),
    }
  })
}

function checkedQuantity(value: unknown, fields: readonly string[]): string | undefined {
  if (value === false) return undefined
  if (value === undefined) return fields.includes('quantity') ? 'quantity' : undefined
  if (typeof value === 'string' && fields.includes(value)) return value
  throw new ConfigError('quantity', `${shown(value)} is none of the fields. Name one that is a number, or say false.`)
}

function checkedListed(value: unknown): number {
  if (value === undefined) return sampleSize
  if (Number.isSafeInteger(value) && (value as number) >= sampleSize) return value as number
  throw new ConfigError(
    'listed',
    `${shown(value)} is no whole number of ${sampleSize} or more. Leave it out, or raise it.`,
  )
}
