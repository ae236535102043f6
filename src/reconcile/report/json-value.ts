import { isNumberValue, isNumeric } from '../../core/number-value.ts'
import type { NumberValue } from '../../core/number.ts'

/** What JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** Far above the 32 levels of a table's item: what nests deeper holds itself. */
const deepest = 100

const types = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS'])

/**
 * A value as JSON that loses nothing of an item: plain JSON where JSON has a word for it, DynamoDB JSON where it has not.
 * `5` stays `5`; a `bigint` and a `{ value }` become `{ "N": "…" }`, binary `{ "B": "base64" }`, sets `{ "SS" | "NS" | "BS":
 * […] }`, and a map that looks like one of these `{ "M": … }`.
 *
 * Never throws: a `Date` becomes its ISO text, a `Map` an object, a number that is not finite `{ "N": "NaN" }`, a function or
 * what cannot be looked at `null`, and what nests more than 100 levels deep the text `…`.
 */
export function jsonValue(value: unknown): JsonValue {
  return written(value, 0)
}

function written(value: unknown, depth: number): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { N: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint':
      return { N: String(value) }
    case 'object':
      return value === null ? null : guarded(value, depth)
    default:
      return null
  }
}

function guarded(value: object, depth: number): JsonValue {
  if (depth >= deepest) return '…'
  try {
    return objectValue(value, depth)
  } catch {
    return null // a proxy, or a getter that throws
  }
}

function objectValue(value: object, depth: number): JsonValue {
  if (value instanceof Uint8Array) return { B: base64(value) }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Set) return setValue([...(value as ReadonlySet<unknown>)], depth)
  if (Array.isArray(value)) return Array.from(value, (member) => written(member, depth + 1))
  if (isNumberValue(value)) return { N: value.value }
  const entries: readonly (readonly [unknown, unknown])[] =
    value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : Object.entries(value)
  return mapValue(entries, depth)
}

function setValue(members: readonly unknown[], depth: number): JsonValue {
  if (members.length > 0 && members.every((member) => member instanceof Uint8Array)) return { BS: members.map(base64) }
  if (members.length > 0 && members.every(isNumeric)) return { NS: members.map(numericText) }
  if (members.every((member) => typeof member === 'string')) return { SS: members }
  return { L: members.map((member) => written(member, depth + 1)) }
}

function mapValue(entries: readonly (readonly [unknown, unknown])[], depth: number): JsonValue {
  const members = entries.filter(([, member]) => member !== undefined)
  // An attribute may be called __proto__: so made, it becomes data, not the object's prototype.
  const map = Object.fromEntries(members.map(([name, member]) => [nameText(name, depth), written(member, depth + 1)]))
  const [only, ...more] = Object.keys(map)
  return only !== undefined && more.length === 0 && types.has(only) ? { M: map } : map
}

/** A name within a name is escaped each time, so that its text would double with each level. */
function nameText(name: unknown, depth: number): string {
  return typeof name === 'string' ? name : JSON.stringify(written(name, Math.max(depth + 1, deepest - 1)))
}

/** A number in any of its forms, exact. */
export function numericText(value: number | bigint | NumberValue): string {
  return typeof value === 'object' ? value.value : String(value)
}

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
