import { Buffer } from 'node:buffer'
import { canonicalText } from '../core/canonical.ts'
import { exactJson } from '../core/exact-json.ts'
import { tableNumber } from '../core/table-number.ts'
import { quoted } from './identifier.ts'
import type { Column } from './column.ts'

/** Read by a transaction that set these, whatever the server's or the role's own settings are. */
export const readSettings = [
  "SET LOCAL TimeZone = 'UTC'",
  "SET LOCAL DateStyle = 'ISO, YMD'",
  "SET LOCAL bytea_output = 'hex'",
  'SET LOCAL extra_float_digits = 1',
].join('; ')

/** The expression that tells a column's value as a text. */
export function textOf({ name, kind }: Pick<Column, 'name' | 'kind'>): string {
  const column = `held.${quoted(name)}`
  if (kind === 'texts' || kind === 'numbers' || kind === 'bytesList') return `array_to_json(${column})::text`
  // A cast may say more than the type's own text does: an address gets its mask.
  return kind === 'other'
    ? `CASE WHEN ${column} IS DISTINCT FROM NULL THEN format('%s', ${column}) END`
    : `${column}::text`
}

/** A column's value as an item would have it, exact. NULL is null. */
export function valueOf(text: string | null | undefined, { kind }: Column): unknown {
  if (text === null || text === undefined) return null
  switch (kind) {
    case 'number':
      return numberOf(text)
    case 'boolean':
      return text === 'true'
    case 'bytes':
      return bytesOf(text)
    case 'json':
      return exactJson(text)
    case 'instant':
      return instantOf(text)
    case 'timestamp':
      return text.replace(' ', 'T')
    case 'texts':
    case 'numbers':
      return setOf(exactJson(text), (member) => member)
    case 'bytesList':
      return setOf(exactJson(text), (member) => (typeof member === 'string' ? bytesOf(member) : member))
    default:
      return text
  }
}

function numberOf(text: string): unknown {
  // What no table's number is: NaN, Infinity and -Infinity.
  return /^(?:NaN|-?Infinity)$/.test(text) ? Number(text) : tableNumber(text)
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

/** As `toISOString` writes it, with more digits where there are more. `infinity`, and years before the first, stay as they are. */
function instantOf(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) ([\d:]{8})(?:\.(\d+))?\+00$/.exec(text)
  if (!match) return text
  const [, date = '', time = '', fraction = ''] = match
  return `${date}T${time}.${fraction.padEnd(3, '0')}Z`
}

/** An array is a set, unless it holds a value twice, none at all, or further arrays. */
function setOf(list: unknown, read: (member: unknown) => unknown): unknown {
  if (!Array.isArray(list)) return list
  const isSet = !list.some((member) => member === null || Array.isArray(member))
  const members = list.map(read)
  return isSet && new Set(list.map(canonicalText)).size === list.length ? new Set(members) : members
}
