import { exactNumber, parseDecimal, type NumberValue } from './number.ts'

/** A number in any of the forms that an item's numbers have. */
export function isNumeric(value: unknown): value is number | bigint | NumberValue {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    (typeof value === 'object' && value !== null && isNumberValue(value))
  )
}

/** An instance is the SDK's own `NumberValue`; a plain object only where decoding would have made it. */
export function isNumberValue(value: object): value is NumberValue {
  if (!('value' in value) || typeof value.value !== 'string' || parseDecimal(value.value) === undefined) return false
  if (!isPlain(value)) return !(value instanceof Map)
  return Object.keys(value).length === 1 && typeof exactNumber(value.value) === 'object'
}

/** An object that is attributes by name, and nothing more. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Object.prototype of any realm: the one prototype without a prototype of its own
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
