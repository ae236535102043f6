import { checkClock, checkedClient, checkedTableName, givenOptions, shown } from '../../aws/dynamodb/check-options.ts'
import { callThrough, type Call } from '../../aws/dynamodb/client.ts'
import { ConfigError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../system-clock.ts'
import type { DynamoDbLockOptions } from '../dynamodb.ts'

/** What {@link DynamoDbLockOptions} come to, checked. */
export interface DynamoDbLockSettings {
  readonly tableName: string
  readonly call: Call
  readonly keyAttribute: string
  readonly ttlAttribute: string
  readonly owner: string | undefined
  readonly maxClockSkewMs: number
  readonly timeoutMs: number
  readonly clock: Clock
}

const known = [
  ...['tableName', 'client', 'keyAttribute', 'ttlAttribute', 'owner'],
  ...['maxClockSkewMs', 'timeoutMs', 'clock'],
]

/** Names of a row's other attributes. */
const taken = new Set(['token', 'revision', 'leaseMs', 'expiresAt', 'owner', '__proto__', ''])

export function settingsOf(options: DynamoDbLockOptions): DynamoDbLockSettings {
  const given = givenOptions('dynamoDbLock', options, known)
  const { tableName, region } = checkedTableName(given['tableName'])
  checkClock(given['clock'])
  const keyAttribute = attributeName('keyAttribute', given['keyAttribute'], 'name')
  const ttlAttribute = attributeName('ttlAttribute', given['ttlAttribute'], 'ttl')
  if (keyAttribute === ttlAttribute)
    throw new ConfigError('ttlAttribute', `"${ttlAttribute}" is also the key. Give each attribute a name of its own.`)
  return {
    tableName,
    call: callThrough(checkedClient(given['client']), region),
    keyAttribute,
    ttlAttribute,
    owner: checkedOwner(given['owner']),
    maxClockSkewMs: milliseconds('maxClockSkewMs', given['maxClockSkewMs'], 60_000, [0, 3_600_000]),
    timeoutMs: milliseconds('timeoutMs', given['timeoutMs'], 5_000, [1, 900_000]),
    clock: options.clock ?? systemClock,
  }
}

function attributeName(option: string, value: unknown, otherwise: string): string {
  if (value === undefined) return otherwise
  if (typeof value === 'string' && value.length <= 255 && !taken.has(value)) return value
  throw new ConfigError(option, `${shown(value)} cannot be the attribute's name. Default '${otherwise}'.`)
}

function checkedOwner(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value.length <= 1_024)) return value
  throw new ConfigError('owner', `${shown(value)} is no text of at most 1024 characters. Leave it out for none.`)
}

function milliseconds(
  option: string,
  value: unknown,
  otherwise: number,
  [least, most]: readonly [number, number],
): number {
  if (value === undefined) return otherwise
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value)
  throw new ConfigError(option, `${shown(value)} is no whole number from ${least} to ${most}. Default ${otherwise}.`)
}
