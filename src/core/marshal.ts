import { TargetRejectedError } from '../errors.ts'
import type { AttributeValue } from './attribute-value.ts'
import { decimalText } from './decimal-text.ts'
import { isNumberValue, isNumeric, isPlain } from './number-value.ts'

/** A row, or a key, in DynamoDB JSON. Binary is bytes, as the SDK takes it. */
export type AttributeMap = Readonly<Record<string, AttributeValue>>

/** DynamoDB nests 32 levels deep at most. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const deepest = 32

/**
 * Writes an item as DynamoDB JSON, so that `decodeImage` gives the same item back: numbers exactly, `bigint` and
 * `{ value }` included, `Set`s of one kind as sets, `Uint8Array`s as binary, objects and `Map`s as maps. Members that are
 * `undefined` are left out.
 *
 * A plain `{ value: '…' }` is a number only where it is one that neither `number` nor `bigint` holds, which is how such
 * numbers are read; else it is a map.
 *
 * @throws TargetRejectedError, naming the attribute, for what DynamoDB cannot hold or what would come back as something
 * else: a `Date`, an instance of a class, a function, an empty or mixed set, `undefined` in a list, an empty name, half a surrogate
 * pair, a number that is not finite or has more than 38 digits, more than 32 levels.
 */
export function marshalImage(item: object): AttributeMap {
  if (!isPlain(item))
    throw new TargetRejectedError('The item is no plain object. Let the schema put out a plain object.')
  return marshalMap(Object.entries(item), '', 0)
}

/** As {@link marshalImage}, for one value. `path` is its name in errors. */
export function marshalAttribute(value: unknown, path: string, depth = 0): AttributeValue {
  if (depth > deepest) throw refused(path, 'nests deeper than 32 levels', 'Store it flatter, or as JSON text.')
  switch (typeof value) {
    case 'string':
      return { S: wellFormed(value, path) }
    case 'number':
    case 'bigint':
      return { N: decimalText(value, named(path)) }
    case 'boolean':
      return { BOOL: value }
    case 'object':
      return value === null ? { NULL: true } : marshalObject(value, path, depth)
    default:
      throw refused(path, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}`, 'Leave it out.')
  }
}

function marshalObject(value: object, path: string, depth: number): AttributeValue {
  if (value instanceof Uint8Array) return { B: value }
  if (value instanceof Set) return marshalSet([...(value as ReadonlySet<unknown>)], path)
  if (Array.isArray(value))
    return { L: Array.from(value, (member, index) => marshalAttribute(member, `${path}[${index}]`, depth + 1)) }
  if (isNumberValue(value)) return { N: decimalText(value, named(path)) }
  if (isPlain(value) || value instanceof Map)
    return { M: marshalMap(entriesOf(value, named(path)), `${path}.`, depth + 1) }
  if (value instanceof Date)
    throw refused(path, 'is a Date, which DynamoDB does not know', 'Use toISOString() or getTime() in the schema.')
  throw refused(path, 'is an instance of a class', 'Let the schema put out plain objects, and bytes as Uint8Array.')
}

function marshalMap(entries: readonly (readonly [string, unknown])[], prefix: string, depth: number): AttributeMap {
  const map: Record<string, AttributeValue> = {}
  for (const [name, member] of entries) {
    if (member === undefined) continue
    if (name === '') throw refused(`${prefix}${name}`, 'has an empty name', 'Give it a name.')
    wellFormed(name, `${prefix}${name}`)
    const value = marshalAttribute(member, `${prefix}${name}`, depth)
    // An attribute may be called __proto__: it must become data, not the object's prototype.
    Object.defineProperty(map, name, { value, enumerable: true, writable: true, configurable: true })
  }
  return map
}

function marshalSet(members: readonly unknown[], path: string): AttributeValue {
  if (members.length === 0) throw refused(path, 'is an empty set, which DynamoDB does not know', 'Leave it out.')
  if (members.every((member) => typeof member === 'string'))
    return { SS: members.map((member) => wellFormed(member, path)) }
  if (members.every((member) => member instanceof Uint8Array)) return { BS: distinct(members, String, path) }
  if (members.every(isNumeric)) {
    const texts = members.map((member) => decimalText(member, named(path)))
    return { NS: distinct(texts, String, path) }
  }
  throw refused(path, 'is a set of mixed or other members', 'Use texts only, numbers only, or Uint8Arrays only.')
}

/** A JavaScript set may hold `1` and `1n`, or equal bytes twice; a set of DynamoDB may not. */
function distinct<Member>(members: readonly Member[], text: (member: Member) => string, path: string) {
  if (new Set(members.map(text)).size < members.length)
    throw refused(path, 'is a set that holds one value twice', 'Drop one of the two.')
  return members
}

function entriesOf(value: object, where: string): readonly (readonly [string, unknown])[] {
  if (!(value instanceof Map)) return Object.entries(value)
  return [...(value as ReadonlyMap<unknown, unknown>)].map(([name, member]) => {
    if (typeof name !== 'string') throw new TargetRejectedError(`${where} is a Map with a key that is no text.`)
    return [name, member] as const
  })
}

function wellFormed(text: string, path: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw refused(path, 'holds half a surrogate pair, which UTF-8 cannot carry', 'Store it as binary.')
  return text
}

function refused(path: string, problem: string, remedy: string): TargetRejectedError {
  return new TargetRejectedError(`${named(path)} ${problem}. ${remedy}`)
}

function named(path: string): string {
  return `The attribute ${JSON.stringify(path.length > 120 ? `${path.slice(0, 120)}…` : path)}`
}
