import { Buffer } from 'node:buffer'
import { plainDecimal } from '../../core/decimal-text.ts'
import { isNumeric } from '../../core/number-value.ts'
import { exactNumber, parseDecimal, type Decimal } from '../../core/number.ts'
import { TargetRejectedError } from '../../errors.ts'
import { oids, type ColumnKind } from '../../postgres/column.ts'
import { jsonText } from './json-text.ts'
import type { TableColumn } from './table.ts'
import { checkedText } from './checked-text.ts'
import { timeText } from './time-text.ts'

/** What a text is written for. */
export interface Writing {
  /** The attribute or column, at the start of a sentence. */
  readonly where: string
  /** Whether it must be read as the very same value. The caller's own functions decide that by themselves. */
  readonly isExact: boolean
}

type Write = (value: unknown, column: TableColumn, writing: Writing) => string | undefined

/**
 * A value as PostgreSQL reads it for a column. `undefined` is NULL, and so is `null`, but in JSON.
 *
 * @throws TargetRejectedError, naming the place, for what the column cannot hold, or would give back as something else.
 */
export function columnText(value: unknown, column: TableColumn, writing: Writing): string | null {
  if (value === undefined || (value === null && column.kind !== 'json')) return null
  const text = writers[column.kind](value, column, writing)
  if (text !== undefined) return text
  const remedy = writing.isExact ? 'Give the column another type, or map it with the option columns.' : 'Convert it.'
  throw new TargetRejectedError(`${writing.where} is ${kindOf(value)}, and its column is ${column.type}. ${remedy}`)
}

const writers: Readonly<Record<ColumnKind, Write>> = {
  text: (value, column, { where }) => (typeof value === 'string' ? sizedText(value, column, where) : undefined),
  number: (value, column, { where }) => (isNumeric(value) ? numberText(value, column, where) : undefined),
  boolean: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  bytes: (value) => (value instanceof Uint8Array ? bytesText(value) : undefined),
  json: (value, _, { where }) => jsonText(value, where),
  instant: timeText,
  timestamp: timeText,
  date: timeText,
  texts: listText((member, column, { where }) =>
    typeof member === 'string' ? sizedText(member, column, where) : undefined,
  ),
  numbers: listText((member, column, { where }) => (isNumeric(member) ? numberText(member, column, where) : undefined)),
  bytesList: listText((member) => (member instanceof Uint8Array ? bytesText(member) : undefined)),
  other: (value, _, { where }) => (typeof value === 'string' ? checkedText(value, where) : undefined),
}

/** The server would cut spaces off silently. https://www.postgresql.org/docs/current/datatype-character.html */
function sizedText(text: string, { oid, modifier, type }: TableColumn, where: string): string {
  checkedText(text, where)
  if (modifier >= 4 && text.length > modifier - 4 && Array.from(text).length > modifier - 4)
    throw new TargetRejectedError(`${where} is longer than the ${modifier - 4} characters of its column. Make it text.`)
  if (oid === oids.bpchar && text.endsWith(' '))
    throw new TargetRejectedError(`${where} ends with a space, which ${type} does not keep. Make its column text.`)
  return text
}

function numberText(value: Parameters<typeof decimalOf>[0], column: TableColumn, where: string): string {
  const decimal = decimalOf(value)
  if (!decimal) throw new TargetRejectedError(`${where} is no finite number.`)
  if (wouldBeRounded(decimal, column))
    throw new TargetRejectedError(`${where} would be rounded: its column is ${column.type}. Make it numeric.`)
  return isFloat(column.oid) ? floatText(decimal) : plainDecimal(decimal)
}

function decimalOf(value: number | bigint | { readonly value: string }): Decimal | undefined {
  return parseDecimal(typeof value === 'object' ? value.value : String(value))
}

const float4s: readonly number[] = [oids.float4, oids.float4Array]
const float8s: readonly number[] = [oids.float8, oids.float8Array]
const numerics: readonly number[] = [oids.numeric, oids.numericArray]

function isFloat(oid: number): boolean {
  return float4s.includes(oid) || float8s.includes(oid)
}

/** https://www.postgresql.org/docs/current/datatype-numeric.html */
function wouldBeRounded(decimal: Decimal, { oid, modifier }: TableColumn): boolean {
  const { digits, exponent } = decimal
  if (digits === '') return false
  if (float4s.includes(oid)) return digits.length > 6 || exponent > 38 || exponent < -36
  if (float8s.includes(oid)) return typeof exactNumber(floatText(decimal)) !== 'number'
  // A scale of numeric(precision, scale) has 11 bits, the first of them its sign; without one, all digits are kept.
  const scale = numerics.includes(oid) ? (modifier < 4 ? Infinity : (((modifier - 4) & 0x7ff) ^ 1024) - 1024) : 0
  return digits.length - exponent > scale
}

function floatText({ negative, digits, exponent }: Decimal): string {
  return digits === '' ? '0' : `${negative ? '-' : ''}0.${digits}e${exponent}`
}

function bytesText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`
}

/** An array's own text. An array is a set; a list is one where the caller's function says so. */
function listText(write: Write): Write {
  return (value, column, writing) => {
    if (!(value instanceof Set) && !(Array.isArray(value) && !writing.isExact)) return undefined
    const members: readonly unknown[] = [...(value as Iterable<unknown>)]
    const texts = members.map((member) => write(member, column, writing))
    if (texts.includes(undefined)) return undefined
    if (writing.isExact && new Set(texts).size < texts.length)
      // 1 and 1n are one number
      throw new TargetRejectedError(`${writing.where} is a set that holds one value twice. Drop one of the two.`)
    return `{${texts.map((text = '') => `"${text.replace(/["\\]/g, '\\$&')}"`).join()}}`
  }
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  if (isNumeric(value)) return 'a number'
  if (value instanceof Set) return 'a set'
  if (value instanceof Uint8Array) return 'binary'
  return value instanceof Date ? 'a Date' : Array.isArray(value) ? 'a list' : 'a map'
}
