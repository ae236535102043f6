import type { DuckDBDecimalValue, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { canonicalText } from '../core/canonical.ts'
import { plainDecimal } from '../core/decimal-text.ts'
import { exactNumber, parseDecimal, type NumberValue } from '../core/number.ts'
import type { DuckDbModule } from './load-duckdb.ts'
import { dayText, momentText } from './time-text.ts'

/** Turns what DuckDB holds into an item's value. `null` stays `null`. */
export type ReadValue = (value: DuckDBValue) => unknown

/**
 * How values of a type become an item's, without loss:
 *
 * - numbers a `number` where that is exact, else a `bigint` or `{ value }`, as in an item of the table; `FLOAT` and
 *   `DOUBLE` as they are
 * - `BLOB` a `Uint8Array`; `LIST` and `ARRAY` lists; `STRUCT` and `MAP` objects, without members that are NULL
 * - `DATE` as `2026-11-24`, `TIMESTAMP` as `2026-11-24T10:55:19.000`, with time zone the same in UTC with a `Z`
 * - what else there is (`UUID`, `TIME`, `ENUM`, `INTERVAL` …) as DuckDB's text
 *
 * Undefined for a type that has no such form. https://duckdb.org/docs/stable/sql/data_types/overview
 */
export function valueReader(type: DuckDBType, module: DuckDbModule): ReadValue | undefined {
  const { DuckDBTypeId: ids } = module
  switch (type.typeId) {
    case ids.SQLNULL:
    case ids.BOOLEAN:
    case ids.VARCHAR:
    case ids.ENUM:
    case ids.TINYINT:
    case ids.SMALLINT:
    case ids.INTEGER:
    case ids.UTINYINT:
    case ids.USMALLINT:
    case ids.UINTEGER:
      return asItIs
    case ids.FLOAT:
    case ids.DOUBLE:
      return (value) => (typeof value === 'number' ? value + 0 : value) // + 0 turns -0 into 0
    case ids.BIGINT:
    case ids.UBIGINT:
    case ids.HUGEINT:
    case ids.UHUGEINT:
    case ids.BIGNUM:
      return (value) => (typeof value === 'bigint' ? integer(value) : value)
    case ids.DECIMAL:
      return (value) => (value instanceof module.DuckDBDecimalValue ? decimal(value) : value)
    default:
      return objectReader(type, module)
  }
}

function objectReader(type: DuckDBType, module: DuckDbModule): ReadValue | undefined {
  const { DuckDBTypeId: ids } = module
  switch (type.typeId) {
    case ids.BLOB:
      return (value) => (value instanceof module.DuckDBBlobValue ? new Uint8Array(value.bytes) : value)
    case ids.DATE:
      return (value) => (value instanceof module.DuckDBDateValue ? (dayText(value.days) ?? String(value)) : value)
    case ids.TIMESTAMP:
    case ids.TIMESTAMP_S:
    case ids.TIMESTAMP_MS:
    case ids.TIMESTAMP_NS:
    case ids.TIMESTAMP_TZ:
      return (value) => moment(value, module)
    case ids.TIME:
    case ids.TIME_TZ:
    case ids.TIME_NS:
    case ids.INTERVAL:
    case ids.UUID:
    case ids.BIT:
      return (value) => (value === null ? null : String(value))
    default:
      return nestedReader(type, module)
  }
}

function nestedReader(type: DuckDBType, module: DuckDbModule): ReadValue | undefined {
  if (type instanceof module.DuckDBListType || type instanceof module.DuckDBArrayType) {
    const read = valueReader(type.valueType, module)
    if (!read) return undefined
    return (value) =>
      value instanceof module.DuckDBListValue || value instanceof module.DuckDBArrayValue
        ? value.items.map(read)
        : value
  }
  if (type instanceof module.DuckDBStructType) {
    const readers = type.entryTypes.map((member) => valueReader(member, module))
    const read = readers.filter((reader) => reader !== undefined)
    if (read.length < readers.length) return undefined
    return (value) =>
      value instanceof module.DuckDBStructValue
        ? withoutNulls(type.entryNames.map((name, i) => [name, read[i]?.(value.entries[name] ?? null)]))
        : value
  }
  if (type instanceof module.DuckDBMapType) {
    const [key, member] = [valueReader(type.keyType, module), valueReader(type.valueType, module)]
    if (!key || !member) return undefined
    return (value) =>
      value instanceof module.DuckDBMapValue
        ? withoutNulls(value.entries.map((entry) => [keyOf(key(entry.key)), member(entry.value)]))
        : value
  }
  return undefined
}

/** An object of entries; one called `__proto__` is data as well. */
export function withoutNulls(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== null))
}

function asItIs(value: DuckDBValue): unknown {
  return value
}

/** Keys of a map are texts as a rule. */
function keyOf(key: unknown): string {
  return typeof key === 'string' || typeof key === 'bigint' ? key.toString() : canonicalText(key)
}

function integer(value: bigint): number | bigint | NumberValue {
  return value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n
    ? Number(value)
    : exactNumber(String(value))
}

/** Up to 15 digits the quotient of two exact doubles is the nearest to the decimal, and prints as it. */
function decimal(value: DuckDBDecimalValue): number | bigint | NumberValue {
  const { value: unscaled, scale } = value
  if (scale === 0) return integer(unscaled)
  if (unscaled >= -999_999_999_999_999n && unscaled <= 999_999_999_999_999n && scale <= 22)
    return Number(unscaled) / 10 ** scale
  const parts = parseDecimal(String(value))
  return parts ? exactNumber(plainDecimal(parts)) : { value: String(value) }
}

function moment(value: DuckDBValue, module: DuckDbModule): unknown {
  if (value === null) return null
  if (value instanceof module.DuckDBTimestampTZValue) {
    const text = momentText(value.micros, 1_000_000)
    return text === undefined ? String(value) : `${text}Z`
  }
  return localMoment(value, module) ?? String(value)
}

function localMoment(value: DuckDBValue, module: DuckDbModule): string | undefined {
  if (value instanceof module.DuckDBTimestampValue) return momentText(value.micros, 1_000_000)
  if (value instanceof module.DuckDBTimestampSecondsValue) return momentText(value.seconds, 1)
  if (value instanceof module.DuckDBTimestampMillisecondsValue) return momentText(value.millis, 1_000)
  if (value instanceof module.DuckDBTimestampNanosecondsValue) return momentText(value.nanos, 1_000_000_000)
  return undefined
}
