import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { Logger } from '../../ports/logger.ts'
import type { JsonLoggerOptions } from '../json.ts'

/** How much each level tells: a line is written if its level has at least the rank of the logger's. */
export const ranks: Readonly<Record<keyof Logger, number>> = { info: 0, warn: 1, error: 2 }

/** Options that were checked, with the defaults filled in. */
export interface JsonLoggerSettings {
  readonly level: keyof Logger
  readonly write: (line: string) => void
  readonly fields: Readonly<Record<string, unknown>>
  readonly now: () => number
}

const defaults: JsonLoggerSettings = {
  level: 'info',
  write: (line) => void process.stdout.write(`${line}\n`), // Lambda puts what console writes into an object of its own
  fields: {},
  now: () => Date.now(),
}

export function checkedSettings(options: JsonLoggerOptions): JsonLoggerSettings {
  const given: unknown = options // a caller without types may hand in anything
  if (!isRecord(given)) throw new ConfigError('jsonLogger', 'these are no options. Give { level }, or nothing.')
  const { level = defaults.level, write = defaults.write, fields = defaults.fields, now = defaults.now } = given
  if (typeof level !== 'string' || !Object.hasOwn(ranks, level))
    throw new ConfigError('level', `${shown(level)} is none. Give 'info', 'warn' or 'error', or leave it out.`)
  if (!isRecord(fields))
    throw new ConfigError('fields', `${shown(fields)} are none. Give { service: 'stock' }, or leave it out.`)
  if (typeof write !== 'function')
    throw new ConfigError('write', `${shown(write)} is no function. Give one that takes a line, or leave it out.`)
  if (typeof now !== 'function')
    throw new ConfigError('now', `${shown(now)} is no function. Give one that answers milliseconds, or leave it out.`)
  return { level, write, fields, now } as JsonLoggerSettings // looked at above
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100))
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
