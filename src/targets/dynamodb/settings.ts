import { checkClock, checkedClient, checkedTableName, givenOptions, shown } from '../../aws/dynamodb/check-options.ts'
import { callThrough, type Call } from '../../aws/dynamodb/client.ts'
import type { TableReader } from '../../aws/dynamodb/reader.ts'
import { checkedTombstoneDays } from '../../core/tombstone-days.ts'
import { ConfigError } from '../../errors.ts'
import { systemClock } from '../../system-clock.ts'
import type { DynamoDbTargetOptions, TargetKeyAttribute } from '../dynamodb.ts'
import { checkedKey } from './key.ts'

/** What {@link DynamoDbTargetOptions} come to, checked. */
export interface DynamoDbSettings {
  readonly reader: TableReader
  readonly call: Call
  readonly key: Readonly<Record<string, TargetKeyAttribute>> | undefined
  readonly versionAttribute: string
  readonly removedAttribute: string
  readonly expiryAttribute: string
  readonly tombstoneDays: number
}

const attributes = {
  versionAttribute: '_version',
  removedAttribute: '_removed',
  expiryAttribute: '_expiresAt',
} as const

const known = ['tableName', 'client', 'key', ...Object.keys(attributes), 'tombstoneDays', 'clock']

export function settingsOf(options: DynamoDbTargetOptions): DynamoDbSettings {
  const given = givenOptions('dynamoDbTarget', options, known)
  const { tableName, region } = checkedTableName(given['tableName'])
  const call = callThrough(checkedClient(given['client']), region)
  checkClock(given['clock'])
  const { now, sleep } = options.clock ?? systemClock
  const own = {
    versionAttribute: attributeName('versionAttribute', given['versionAttribute']),
    removedAttribute: attributeName('removedAttribute', given['removedAttribute']),
    expiryAttribute: attributeName('expiryAttribute', given['expiryAttribute']),
  }
  const key = checkedKey(given['key'])
  checkDistinct([...Object.entries(own), ...Object.keys(key ?? {}).map((name) => ['key', name] as const)])
  return {
    reader: { tableName, call, now, sleep, random: Math.random },
    call,
    key,
    ...own,
    tombstoneDays: checkedTombstoneDays(given['tombstoneDays']),
  }
}

function attributeName(option: keyof typeof attributes, value: unknown): string {
  if (value === undefined) return attributes[option]
  if (typeof value === 'string' && value !== '' && value !== '__proto__') return value
  throw new ConfigError(option, `${shown(value)} is no attribute's name. Default '${attributes[option]}'.`)
}

function checkDistinct(named: readonly (readonly [option: string, name: string])[]): void {
  const seen = new Map<string, string>()
  for (const [option, name] of named) {
    const other = seen.get(name)
    if (other !== undefined)
      throw new ConfigError(option, `"${name}" is also the name in ${other}. Give each attribute a name of its own.`)
    seen.set(name, option)
  }
}
