import { TargetRejectedError } from '../errors.ts'
import { parseDecimal, type Decimal, type NumberValue } from './number.ts'

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number */
const limits = { digits: 38, largestExponent: 126, smallestExponent: -129 } // of 0.<digits> × 10^exponent

/**
 * A number as DynamoDB takes it: plain decimal text, exact, without exponent: `1e21` as a 1 with 21 zeros. A `number`
 * stands for the decimal that JavaScript prints for it.
 *
 * @throws TargetRejectedError for what is not finite, has more than 38 significant digits, or lies outside of
 * ±1E-130 to ±9.99…E+125. `where` names the attribute.
 */
export function decimalText(value: number | bigint | NumberValue, where: string): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  const decimal = parseDecimal(typeof value === 'object' ? value.value : String(value))
  if (!decimal) throw new TargetRejectedError(`${where} is no finite number. DynamoDB holds finite numbers only.`)
  const { digits, exponent } = decimal
  if (digits === '') return '0'
  if (digits.length > limits.digits)
    throw new TargetRejectedError(
      `${where} has ${digits.length} significant digits and DynamoDB holds ${limits.digits}. Round it, or store it as text.`,
    )
  if (exponent > limits.largestExponent || exponent < limits.smallestExponent)
    throw new TargetRejectedError(
      `${where} lies outside of the range of DynamoDB's numbers, ±1E-130 to ±9.99E+125. Store it as text.`,
    )
  return plainDecimal(decimal)
}

/** Plain decimal text, exact and without exponent. */
export function plainDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`
  if (digits.length <= exponent) return sign + digits.padEnd(exponent, '0')
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}
