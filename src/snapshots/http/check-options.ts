import { givenOptions, shown, type GivenOptions } from '../../core/given-options.ts'
import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import { checkHeaders } from '../../http/check-headers.ts'
import type { HttpSnapshotSettings } from './settings.ts'

/** A day, in milliseconds. */
export const longestWaitMs = 86_400_000

/** @throws ConfigError. */
export function checkFunctions({ rows, next }: GivenOptions): void {
  if (rows !== undefined && typeof rows !== 'function')
    throw new ConfigError('rows', `${shown(rows)} is no function. Give one that picks the rows out of a page's body.`)
  if (next !== undefined && next !== 'link' && typeof next !== 'function')
    throw new ConfigError('next', `${shown(next)} leads nowhere. Give 'link', or a function that returns the next URL.`)
}

/** @throws ConfigError. */
export function checkedPlainHttp({ plainHttp = false }: GivenOptions): boolean {
  if (typeof plainHttp === 'boolean') return plainHttp
  throw new ConfigError('plainHttp', `${shown(plainHttp)} is neither true nor false.`)
}

/** @throws ConfigError. */
export function checkedHeaders({ headers = {} }: GivenOptions): Readonly<Record<string, string>> {
  if (!isRecord(headers))
    throw new ConfigError('headers', "are no object. Give one of texts, such as { authorization: '…' }.")
  checkHeaders(headers)
  return { ...headers } as Readonly<Record<string, string>> // just seen to be texts
}

/** @throws ConfigError. */
export function checkedSecret({ hmac }: GivenOptions): string | undefined {
  if (hmac === undefined) return undefined
  if (isRecord(hmac) && Object.keys(hmac).join() === 'secret') {
    const { secret } = hmac
    if (typeof secret === 'string' && secret !== '') return secret
  }
  throw new ConfigError('hmac', 'cannot be used. Give { secret } with a text that is not empty, or leave it out.')
}

const retryDefaults = { maxAttempts: 5, minDelayMs: 200, maxDelayMs: 10_000 } as const

/** @throws ConfigError. */
export function checkedRetry({ retry = {} }: GivenOptions): HttpSnapshotSettings['retry'] {
  const given = givenOptions('retry', retry, Object.keys(retryDefaults), '{}')
  const { maxAttempts, minDelayMs, maxDelayMs } = retryDefaults
  const pauses = { maxAttempts: whole(given, 'maxAttempts', maxAttempts, 100, 'retry.') }
  const least = whole(given, 'minDelayMs', minDelayMs, longestWaitMs, 'retry.', 0)
  const most = whole(given, 'maxDelayMs', Math.max(maxDelayMs, least), longestWaitMs, 'retry.', 0)
  if (most < least)
    throw new ConfigError('retry.maxDelayMs', `${most} is below minDelayMs, ${least}. Exchange or raise it.`)
  return { ...pauses, minDelayMs: least, maxDelayMs: most }
}

/** A whole number from `least` to `most`. @throws ConfigError. */
export function whole(
  given: GivenOptions,
  name: string,
  otherwise: number,
  most: number,
  prefix = '',
  least = 1,
): number {
  const value = given[name] ?? otherwise
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value)
  throw new ConfigError(prefix + name, `${shown(value)} is no whole number from ${least} to ${most}.`)
}
