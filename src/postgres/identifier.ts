import { Buffer } from 'node:buffer'
import { shown } from '../core/given-options.ts'
import { ConfigError } from '../errors.ts'

/** Longer names are cut by the server, and could then mean another table or column. */
const longestName = 63

/** A name in double quotes, as it is. https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A table's name, in its schema where one is given. */
export function qualified({ table, schema }: TableName): string {
  return schema === undefined ? quoted(table) : `${quoted(schema)}.${quoted(table)}`
}

export interface TableName {
  readonly table: string
  readonly schema: string | undefined
}

/** @throws ConfigError for names that no table can have. */
export function checkedTable(given: Readonly<Record<string, unknown>>): TableName {
  const { table, schema } = given
  return {
    table: checkedName('table', table),
    schema: schema === undefined ? undefined : checkedName('schema', schema),
  }
}

/** @throws ConfigError for a name that nothing in a database can have. */
export function checkedName(option: string, value: unknown): string {
  const fits = typeof value === 'string' && value !== '' && !/[\0\p{Surrogate}]/u.test(value)
  if (fits && Buffer.byteLength(value) <= longestName) return value
  throw new ConfigError(
    option,
    `${shown(value)} is no name. Give 1 to ${longestName} bytes, as they are, without quotes.`,
  )
}
