import { shown } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'

/** @throws ConfigError for what is no whole number from 1 to `most`. */
export function checkedNumber(option: string, value: unknown, otherwise: number, most: number): number {
  if (value === undefined) return otherwise
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value)
  throw new ConfigError(option, `${shown(value)} is no whole number from 1 to ${most}. Leave it out for ${otherwise}.`)
}

const day = 86_400_000

/** @throws ConfigError for what is no time-out of a day at most. */
export function checkedMilliseconds(option: string, value: unknown, otherwise: number): number {
  return checkedNumber(option, value, otherwise, day)
}
