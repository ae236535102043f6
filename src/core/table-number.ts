import { plainDecimal } from './decimal-text.ts'
import { exactNumber, parseDecimal, type NumberValue } from './number.ts'

/** A table's numbers lie between 10^-130 and 10^126: others stay as they are written. */
const largestExponent = 130

/**
 * Reads a number of another place as {@link exactNumber} does, in the form that it has in an item of the table, which knows
 * neither exponents nor zeros at the end: equal numbers are equal values.
 *
 * @throws DecodeError for a text that is no number.
 */
export function tableNumber(text: string): number | bigint | NumberValue {
  const number = exactNumber(text)
  if (typeof number !== 'object') return number
  const decimal = parseDecimal(text)
  return decimal && Math.abs(decimal.exponent) <= largestExponent ? { value: plainDecimal(decimal) } : number
}
