import { parseDecimal } from '../../core/number.ts'

/** A number of any kind in plain decimal, exact and without exponent: `1e21` as a 1 with 21 zeros. Undefined for what is none. */
export function decimalText(value: unknown): string | undefined {
  const decimal = parseDecimal(sourceOf(value))
  if (!decimal) return undefined
  const { negative, digits, exponent } = decimal
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`
  if (digits.length <= exponent) return sign + digits.padEnd(exponent, '0')
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}

function sourceOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  const isNumberValue = typeof value === 'object' && value !== null && 'value' in value
  return isNumberValue && typeof value.value === 'string' ? value.value : ''
}
