import { ConfigError } from '../errors.ts'
import { isObject } from './objects.ts'

/** Options as a caller without types may hand them in, once they are known to be an object of known names. */
export type GivenOptions = Readonly<Record<string, unknown>>

/** @throws ConfigError for what is no options object, or names an option that there is not. `least` shows what is needed. */
export function givenOptions(
  factory: string,
  options: unknown,
  known: readonly string[],
  least: string = '{ tableName }',
): GivenOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigError(factory, `${shown(options)} cannot be used as options. Give at least ${least}.`)
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new ConfigError(unknown, `is no option of ${factory}. Known are ${known.join(', ')}.`)
  return options as GivenOptions // just seen to be an object
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
