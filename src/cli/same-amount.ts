import { sameValue } from '../core/diff.ts'
import { parseDecimal } from '../core/number.ts'
import { tableNumber } from '../core/table-number.ts'

type Row = Readonly<Record<string, unknown>>

/** Whether two rows agree in these attributes, where a text such as `12.0` is the same as the number 12. */
export function sameAmounts(fields: readonly string[]): (table: Row, warehouse: Row) => boolean {
  return (table, warehouse) => fields.every((field) => sameAmount(table[field], warehouse[field]))
}

function sameAmount(a: unknown, b: unknown): boolean {
  if (sameValue(a, b)) return true
  return typeof a === typeof b ? false : sameValue(numberOf(a), numberOf(b))
}

/** A text that is a number becomes one, exactly; anything else stays as it is. */
export function numberOf(value: unknown): unknown {
  return typeof value === 'string' && parseDecimal(value.trim()) ? tableNumber(value.trim()) : value
}

/** What a row counts for: its attribute `quantity`, which may be a text. */
export function quantityOf(row: Row): number | bigint {
  const quantity = numberOf(row['quantity'])
  return typeof quantity === 'number' || typeof quantity === 'bigint' ? quantity : NaN
}
