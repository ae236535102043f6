import { DecodeError } from '../errors.ts'
import { parseDecimal } from './number.ts'

const integerLength = 38
/** Printable ASCII without the two marks of a version, `/` and `~`. */
const text300 = /^[\x20-.0-}]{1,300}$/

/** A version attribute's text in canonical form. Integers and texts never mix within one sync. */
export interface AttributeVersion {
  readonly kind: 'integer' | 'text'
  readonly text: string
}

/**
 * Reads a decoded version attribute. Its type decides, as in DynamoDB: a text is one, be it of digits only; anything else
 * must be an integer.
 */
export function attributeVersion(value: unknown, name: string): AttributeVersion {
  if (typeof value === 'string') return { kind: 'text', text: textVersion(value, name) }
  return { kind: 'integer', text: integerVersion(decimalOf(value), name) }
}

/** An integer from 0 up of at most 38 digits, as DynamoDB writes it, padded to 38. */
export function integerVersion(decimal: string, name: string): string {
  if (/^\d{1,38}$/.test(decimal)) return decimal.padStart(integerLength, '0')
  const parts = parseDecimal(decimal)
  if (parts && !parts.negative && parts.exponent >= parts.digits.length && parts.exponent <= integerLength)
    return parts.digits.padEnd(parts.exponent, '0').padStart(integerLength, '0')
  throw new DecodeError(
    `The version attribute "${name}" is no integer from 0 up of at most 38 digits. Use one, or a text of constant length.`,
  )
}

/** Printable ASCII of at most 300 characters without `/` and `~`, as it is. */
export function textVersion(text: string, name: string): string {
  if (text300.test(text)) return text
  throw new DecodeError(
    `The version attribute "${name}" is no printable ASCII of 1 to 300 characters without / and ~. ` +
      'Use a time (ISO 8601, UTC, always the same number of digits) or a hybrid clock.',
  )
}

/** Empty for what is no number. A number that only `{ value }` holds may still be a whole one: `1e38`. */
function decimalOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  const text = typeof value === 'object' && value !== null && 'value' in value ? value.value : undefined
  return typeof text === 'string' ? text : ''
}
