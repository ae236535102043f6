import { ConfigError } from '../errors.ts'

/** Attributes by name, separated by commas. @throws ConfigError for an empty name, or one that comes twice. */
export function names(option: string, text: string): readonly string[] {
  const all = text.split(',').map((name) => name.trim())
  if (all.includes('')) throw new ConfigError(option, 'holds an empty name. Give names, separated by commas.')
  if (new Set(all).size < all.length) throw new ConfigError(option, 'holds a name twice. Give each once.')
  return all
}

/** A number from 0 up. @throws ConfigError for any other text. */
export function amount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN
  if (!Number.isFinite(value)) throw new ConfigError(option, `${JSON.stringify(text)} is no number from 0 up.`)
  return value
}

/** A whole number from 0 up. @throws ConfigError for any other text. */
export function wholeNumber(option: string, text: string | undefined): number | undefined {
  const value = amount(option, text)
  if (value !== undefined && !Number.isSafeInteger(value))
    throw new ConfigError(option, `${JSON.stringify(text)} is no whole number from 0 up.`)
  return value
}
