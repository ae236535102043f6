import { DecodeError } from '../errors.ts'

/** A DynamoDB number that neither a `number` nor a `bigint` holds exactly. The same shape as util-dynamodb's. */
export interface NumberValue {
  readonly value: string
}

const plain = /^-?\d+(?:\.\d+)?$/
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/**
 * Reads a DynamoDB number without rounding: a `number` where its decimal value is exact, a `bigint` for other integers,
 * else `{ value }`. DynamoDB's numbers have up to 38 significant digits.
 */
export function exactNumber(text: string): number | bigint | NumberValue {
  const small = smallInteger(text)
  if (small >= 0) return small
  // Up to 15 significant digits survive the way through a double and back (IEEE 754).
  if (text.length <= 15 && plain.test(text)) return Number(text) + 0 // + 0 turns -0 into 0
  const parts = parseDecimal(text)
  if (parts === undefined) throw new DecodeError('A number attribute holds a text that is no number.')
  const number = Number(text) + 0
  const back = parseDecimal(String(number))
  if (back && back.digits === parts.digits && back.exponent === parts.exponent && back.negative === parts.negative)
    return number
  if (parts.exponent >= parts.digits.length && parts.exponent <= 130) return BigInt(toPlainInteger(parts))
  return { value: text }
}

/** Quantities are small: nine digits fit into a small integer, and need no pattern. Negative: it is none. */
function smallInteger(text: string): number {
  const { length } = text
  if (length === 0 || length > 9) return -1
  let number = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - zero
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

/** A decimal as `0.<digits> × 10^exponent`, digits without zeros at either end; zero has no digits. */
export interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

/** Takes a decimal text apart; undefined when it is none. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = decimal.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', power = '0'] = match
  const all = whole + fraction
  if (all === '') return undefined
  const digits = all.replace(/^0+/, '')
  const leading = all.length - digits.length
  const trimmed = withoutTrailingZeros(digits)
  if (trimmed === '') return { negative: false, digits: '', exponent: 0 }
  return { negative: sign === '-', digits: trimmed, exponent: whole.length - leading + Number(power) }
}

/** By hand: a pattern would try each run of zeros again and again, and texts come from outside. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (digits.charCodeAt(end - 1) === zero) end--
  return digits.slice(0, end)
}

const zero = 0x30

function toPlainInteger({ negative, digits, exponent }: Decimal): string {
  return `${negative ? '-' : ''}${digits.padEnd(exponent, '0')}`
}
