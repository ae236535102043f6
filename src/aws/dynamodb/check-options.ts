import { shown } from '../../core/given-options.ts'
import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { DynamoDbClientLike } from './reader.ts'

export { checkClock, givenOptions, shown } from '../../core/given-options.ts'

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
