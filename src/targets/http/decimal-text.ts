import { plainDecimal } from '../../core/decimal-text.ts'
import { parseDecimal } from '../../core/number.ts'

/** A number of any kind in plain decimal, exact and without exponent: `1e21` as a 1 with 21 zeros. Undefined for what is none. */
export function decimalText(value: unknown): string | undefined {
  const decimal = parseDecimal(sourceOf(value))
  return decimal && plainDecimal(decimal)
}

function sourceOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  const isNumberValue = typeof value === 'object' && value !== null && 'value' in value
  return isNumberValue && typeof value.value === 'string' ? value.value : ''
}
