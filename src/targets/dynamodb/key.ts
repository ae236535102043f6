import { shown } from '../../aws/dynamodb/check-options.ts'
import type { ItemKey, KeyAttribute } from '../../core/key.ts'
import { ConfigError, TargetRejectedError } from '../../errors.ts'
import type { TargetKeyAttribute } from '../dynamodb.ts'
import type { DynamoDbSettings } from './settings.ts'

const remedy = "Give one or two attributes, as { pk: ({ key }) => key } or { article: 'sku' }, or leave it out."

/** @throws ConfigError for what makes no key. */
export function checkedKey(value: unknown): Readonly<Record<string, TargetKeyAttribute>> | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError('key', `${shown(value)} makes no key. ${remedy}`)
  const entries = Object.entries(value)
  if (entries.length < 1 || entries.length > 2)
    throw new ConfigError('key', `has ${entries.length} attributes and a table's key one or two. ${remedy}`)
  for (const [name, from] of entries) {
    const isSource = typeof from === 'function' || (typeof from === 'string' && from !== '')
    if (name === '' || name === '__proto__') throw new ConfigError('key', `"${name}" is no name of a key. ${remedy}`)
    if (!isSource) throw new ConfigError(`key.${name}`, `${shown(from)} makes no key attribute. ${remedy}`)
  }
  return { ...(value as Readonly<Record<string, TargetKeyAttribute>>) } // each entry was just seen to be one
}

/** The key that the target's table has for an item. */
export function targetKey(item: ItemKey, { key }: DynamoDbSettings): Readonly<Record<string, KeyAttribute>> {
  if (!key) return item.keyAttributes
  const made = Object.entries(key).map(([name, from]) => [name, keyAttribute(item, name, from)] as const)
  return Object.fromEntries(made)
}

/** Names of attributes that a row has only for the table's sake. */
export function ownKeyNames({ key }: DynamoDbSettings): readonly string[] {
  return Object.entries(key ?? {})
    .filter(([name, from]) => name !== from)
    .map(([name]) => name)
}

function keyAttribute(item: ItemKey, name: string, from: TargetKeyAttribute): KeyAttribute {
  // The caller's function may return anything.
  const value: unknown = typeof from === 'function' ? from(item) : item.keyAttributes[from]
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Uint8Array) return value
  throw new TargetRejectedError(
    `The key attribute "${name}" of the target is neither text, number nor binary. Check the option key.`,
  )
}
