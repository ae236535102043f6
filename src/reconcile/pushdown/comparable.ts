import { quoteText } from '../../duckdb/quote.ts'

/** A column as one place has it. Without a type, it has none: every row lacks the attribute. */
export interface TypedColumn {
  readonly place: string
  readonly sql: string
  readonly type: string | undefined
}

/**
 * Turns a column of several places into SQL whose values are equal only where the library holds the attributes to be
 * equal. They may differ where it does not: then a row is a suspect for nothing.
 */
export function comparable(columns: readonly TypedColumn[]): readonly string[] {
  const types = new Set(columns.flatMap(({ type }) => type ?? []))
  if (types.size === 1) return columns.map(({ sql, type }) => (type ? sameType(sql, type) : 'NULL'))
  const kinds = new Set([...types].map(kindOf))
  const common = commonDecimal([...types])
  return columns.map(({ sql, type }) => {
    if (type === undefined) return 'NULL'
    if (common !== undefined) return `CAST(${sql} AS ${common})`
    const text = kindOf(type) === 'number' ? numberText(sql, type) : plainText(sql, type)
    return kinds.size === 1 ? text : `${quoteText(`${kindOf(type)}:`)} || ${text}`
  })
}

/**
 * DuckDB holds a month to be equal to 30 days, and times in two zones to each other; and rows are compared by their hash,
 * in which an empty list, or a struct of NULLs, is the same as NULL.
 */
function sameType(sql: string, type: string): string {
  const isNested = /^(?:STRUCT|MAP)\(|\]$/.test(type)
  return isNested || type === 'INTERVAL' || type === 'TIME WITH TIME ZONE' ? `CAST(${sql} AS VARCHAR)` : sql
}

const texts = new Set(['VARCHAR', 'UUID', 'DATE', 'JSON'])

/** Types whose values can be equal, as attributes; any other type by itself. */
function kindOf(type: string): string {
  if (integerDigits.has(type) || /^(?:DECIMAL\(|FLOAT$|DOUBLE$)/.test(type)) return 'number'
  if (texts.has(type) || /^ENUM\(/.test(type)) return 'text'
  return /^TIMESTAMP/.test(type) ? 'moment' : type
}

/** How many digits the integers of each type have at most. */
export const integerDigits: ReadonlyMap<string, number> = new Map<string, number>([
  ['TINYINT', 3],
  ['SMALLINT', 5],
  ['INTEGER', 10],
  ['BIGINT', 19],
  ['HUGEINT', 39],
  ['UTINYINT', 3],
  ['USMALLINT', 5],
  ['UINTEGER', 10],
  ['UBIGINT', 20],
  ['UHUGEINT', 39],
])

/** A type that holds all of some integers and decimals; undefined: there is none, or one of them is neither. */
function commonDecimal(types: readonly string[]): string | undefined {
  const sizes = types.map((type) => {
    const [, width = '', scale = ''] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
    const digits = integerDigits.get(type) ?? (width === '' ? Infinity : Number(width) - Number(scale))
    return { digits, scale: Number(scale) }
  })
  const digits = Math.max(...sizes.map((size) => size.digits))
  const scale = Math.max(...sizes.map((size) => size.scale))
  return digits + scale <= 38 ? `DECIMAL(${digits + scale}, ${scale})` : undefined
}

/** An item's dates have signs where years do not have four digits, and DuckDB's have not. */
function plainText(sql: string, type: string): string {
  const text = `CAST(${sql} AS VARCHAR)`
  return type === 'DATE' ? `CASE WHEN year(${sql}) BETWEEN 1 AND 9999 THEN ${text} ELSE 'date:' || ${text} END` : text
}

/** A number as text: equal texts for equal numbers, but for very large and very small ones. */
function numberText(sql: string, type: string): string {
  const text = `CAST(${sql} AS VARCHAR)`
  if (/^DECIMAL\(\d+,\s*0\)$/.test(type) || integerDigits.has(type)) return text
  if (type.startsWith('DECIMAL')) return `rtrim(rtrim(${text}, '0'), '.')`
  const isWhole = `${sql} = trunc(${sql}) AND abs(${sql}) < 1e15`
  return `CASE WHEN ${isWhole} THEN CAST(CAST(${sql} AS BIGINT) AS VARCHAR) ELSE CAST(CAST(${sql} AS DOUBLE) AS VARCHAR) END`
}
