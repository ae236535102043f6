import { Buffer } from 'node:buffer'
import { exactNumber, parseDecimal } from '../../core/number.ts'
import { TargetRejectedError } from '../../errors.ts'
import { decimalText } from './decimal-text.ts'

/** Far above the 32 levels of a table's item: what nests deeper holds itself. */
const deepest = 500

/**
 * JSON as `JSON.stringify` writes it, but with exact numbers: `bigint` and `{ value: '…' }` become number literals. Sets
 * become arrays, maps objects, binary base64. Undefined for what JSON has no word for.
 */
export function jsonText(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'bigint':
      return String(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TargetRejectedError('The body holds a number that is not finite.')
      return String(value)
    case 'object':
      return value === null ? 'null' : objectText(value, depth)
    default:
      return undefined
  }
}

function objectText(value: object, depth: number): string | undefined {
  if (depth >= deepest) throw new TargetRejectedError(`The body nests more than ${deepest} levels, or holds itself.`)
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (Array.isArray(value) || value instanceof Set) {
    const elements = [...(value as Iterable<unknown>)].map((element) => jsonText(element, depth + 1) ?? 'null')
    return `[${elements.join()}]`
  }
  if (value instanceof Map) return membersText([...(value as ReadonlyMap<unknown, unknown>)], depth)
  if (writesItself(value)) return jsonText(value.toJSON(), depth + 1)
  return isInexactNumber(value) ? decimalText(value) : membersText(Object.entries(value), depth)
}

function membersText(members: readonly (readonly [unknown, unknown])[], depth: number): string {
  const texts = members.map(([name, value]) => {
    if (typeof name !== 'string') throw new TargetRejectedError('The body holds a map with a key that is no text.')
    const text = jsonText(value, depth + 1)
    return text === undefined ? undefined : `${JSON.stringify(name)}:${text}`
  })
  return `{${texts.filter((text) => text !== undefined).join()}}`
}

function writesItself(value: object): value is { readonly toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

/** A map attribute may look like a number's `{ value: '12' }`; only what no `number` or `bigint` can hold is one. */
function isInexactNumber(value: object): boolean {
  if (!('value' in value) || typeof value.value !== 'string' || Object.keys(value).join() !== 'value') return false
  return parseDecimal(value.value) !== undefined && typeof exactNumber(value.value) === 'object'
}
