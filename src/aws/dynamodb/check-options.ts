import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { DynamoDbClientLike } from './reader.ts'

/** Options as a caller without types may hand them in, once they are known to be an object of known names. */
export type GivenOptions = Readonly<Record<string, unknown>>

/** @throws ConfigError for what is no options object, or names an option that there is not. */
export function givenOptions(factory: string, options: unknown, known: readonly string[]): GivenOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigError(factory, `${shown(options)} cannot be used as options. Give at least { tableName }.`)
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new ConfigError(unknown, `is no option of ${factory}. Known are ${known.join(', ')}.`)
  return options as GivenOptions // just seen to be an object
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const plainName = /^[a-zA-Z0-9_.-]{3,255}$/
const arn = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):\d{12}:table\/[a-zA-Z0-9_.-]{3,255}$/

/** A table's name or ARN, and the region where the ARN tells one. */
export interface TableName {
  readonly tableName: string
  readonly region: string | undefined
}

/** @throws ConfigError for a name that no table can have. */
export function checkedTableName(value: unknown): TableName {
  if (typeof value === 'string') {
    const region = arn.exec(value)?.[1]
    if (region !== undefined || plainName.test(value)) return { tableName: value, region }
  }
  throw new ConfigError(
    'tableName',
    `${shown(value)} is no table's name. Give 3 to 255 characters of a-z, A-Z, 0-9, _, . and -, or the table's ARN.`,
  )
}

/** @throws ConfigError for a client that cannot send. */
export function checkedClient(value: unknown): DynamoDbClientLike | undefined {
  if (value === undefined || (isObject(value) && typeof value['send'] === 'function'))
    return value as DynamoDbClientLike | undefined // just seen to have its one member
  throw new ConfigError(
    'client',
    `${shown(value)} has no method send. Give a DynamoDBClient of @aws-sdk/client-dynamodb, or leave it out.`,
  )
}

/** @throws ConfigError for a clock that lacks a member. */
export function checkClock(value: unknown): void {
  const members = ['now', 'monotonic', 'sleep']
  if (value === undefined || (isObject(value) && members.every((name) => typeof value[name] === 'function'))) return
  throw new ConfigError('clock', `${shown(value)} lacks one of now, monotonic and sleep. Leave it out for real time.`)
}

/** A value as a message may show it: short, and never the content of an object. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value)
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'this object' : typeof value === 'function' ? 'a function' : String(value)
}
