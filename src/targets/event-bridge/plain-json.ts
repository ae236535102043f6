import { Buffer } from 'node:buffer'
import { plainDecimal } from '../../core/decimal-text.ts'
import { isNumberValue } from '../../core/number-value.ts'
import { parseDecimal } from '../../core/number.ts'
import { TargetRejectedError } from '../../errors.ts'

/** EventBridge reads 1,000 levels; what nests deeper than an item may holds itself. */
const deepest = 500

/**
 * A value as JSON has it. Numbers that a double does not hold, or EventBridge does not take (its integers have 64 bits),
 * become decimal text, so that nobody rounds them. Sets become lists, maps objects, binary base64.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @throws TargetRejectedError for what JSON has no word for.
 */
export function plainJson(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'number':
      return plainNumber(value)
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    case 'object':
      return value === null ? null : plainObject(value, depth)
    case 'string':
    case 'boolean':
      return value
    default:
      return undefined // left out, as JSON.stringify does
  }
}

function plainNumber(value: number): number | string {
  if (!Number.isFinite(value)) throw new TargetRejectedError('The event holds a number that is not finite.')
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value
  const decimal = parseDecimal(String(value))
  return decimal ? plainDecimal(decimal) : value
}

function plainObject(value: object, depth: number): unknown {
  if (depth >= deepest) throw new TargetRejectedError(`The event nests more than ${deepest} levels, or holds itself.`)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value) || value instanceof Set)
    return [...(value as Iterable<unknown>)].map((element) => plainJson(element, depth + 1) ?? null)
  if (value instanceof Map) return plainMembers([...(value as ReadonlyMap<unknown, unknown>)], depth)
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return plainJson((value as { toJSON: () => unknown }).toJSON(), depth + 1)
  return isNumberValue(value) ? value.value : plainMembers(Object.entries(value), depth)
}

function plainMembers(members: readonly (readonly [unknown, unknown])[], depth: number): object {
  const plain = members.map(([name, value]) => {
    if (typeof name !== 'string') throw new TargetRejectedError('The event holds a map with a key that is no text.')
    return [name, plainJson(value, depth + 1)] as const
  })
  return Object.fromEntries(plain)
}
