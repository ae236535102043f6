import { DecodeError } from '../errors.ts'
import { exactNumber } from './number.ts'

/**
 * One attribute in DynamoDB JSON as Lambda hands it over (binary as base64), or as the SDK does (binary as bytes):
 * `{ S: 'A1' }`, `{ N: '5' }` and so on. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export type AttributeValue = Readonly<Record<string, unknown>>

/** Decodes an image. Numbers stay exact, sets become `Set`s, binary becomes `Uint8Array`. */
export function decodeImage(image: object): Record<string, unknown> {
  return decodeMap(image, 0)
}

/** DynamoDB nests 32 levels deep at most. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const deepest = 32

/** Decodes one attribute value. */
export function decodeAttribute(attribute: unknown, depth = 0): unknown {
  if (typeof attribute !== 'object' || attribute === null) throw malformed()
  if (depth > deepest) throw new DecodeError('An image nests deeper than the 32 levels that DynamoDB allows.')
  const { S: text } = attribute as { readonly S?: unknown } // most attributes are texts
  if (typeof text === 'string') return text
  for (const type in attribute) {
    const value = (attribute as Record<string, unknown>)[type]
    if (value === undefined) continue
    switch (type) {
      case 'S':
        return expectString(value)
      case 'N':
        return exactNumber(expectString(value))
      case 'BOOL':
        if (typeof value !== 'boolean') throw malformed()
        return value
      case 'NULL':
        return null
      case 'M':
        if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
        return decodeMap(value, depth + 1)
      case 'L':
        return expectArray(value).map((element) => decodeAttribute(element, depth + 1))
      case 'SS':
        return new Set(expectArray(value).map(expectString))
      case 'NS':
        return new Set(expectArray(value).map((element) => exactNumber(expectString(element))))
      case 'B':
        return decodeBinary(value)
      case 'BS':
        return new Set(expectArray(value).map(decodeBinary))
      default:
        throw malformed()
    }
  }
  throw malformed()
}

function decodeMap(map: object, depth: number): Record<string, unknown> {
  const item: Record<string, unknown> = {}
  for (const name of Object.keys(map)) {
    const value = decodeAttribute((map as Record<string, unknown>)[name], depth)
    // An attribute may be called __proto__: it must become data, not the object's prototype.
    if (name === '__proto__')
      Object.defineProperty(item, name, { value, enumerable: true, writable: true, configurable: true })
    else item[name] = value
  }
  return item
}

function decodeBinary(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  return base64ToBytes(expectString(value))
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function base64ToBytes(text: string): Uint8Array {
  if (!base64.test(text)) throw new DecodeError('A binary attribute is not base64.')
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

function expectString(value: unknown): string {
  if (typeof value !== 'string') throw malformed()
  return value
}

function expectArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed()
  return value
}

function malformed(): DecodeError {
  return new DecodeError(
    'An attribute is not DynamoDB JSON: expected one of S, N, BOOL, NULL, M, L, SS, NS, B, BS with its value.',
  )
}
