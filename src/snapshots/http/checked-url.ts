import { shown } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** The first page's URL. No message shows it: it may hold a token. @throws ConfigError. */
export function checkedUrl(value: unknown, plainHttp: boolean): URL {
  const text = value instanceof URL ? value.href : value
  if (typeof text !== 'string' || !URL.canParse(text))
    throw new ConfigError('url', 'is no absolute URL. Give the first page, as https://lyon.example/stock.')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    throw new ConfigError('url', 'carries credentials. Put them into headers.')
  checkProtocol('url', url, plainHttp)
  url.hash = ''
  return url
}

/** Where pages may be: where the first one is, and at the origins that are named. @throws ConfigError. */
export function checkedOrigins(value: unknown, { origin }: URL, plainHttp: boolean): ReadonlySet<string> {
  if (value !== undefined && !Array.isArray(value))
    throw new ConfigError('origins', `${shown(value)} is no list. Give one such as ['https://pages.lyon.example'].`)
  const named: readonly unknown[] = value ?? []
  return new Set([origin, ...named.map((one, index) => checkedOrigin(`origins[${index}]`, one, plainHttp))])
}

function checkedOrigin(field: string, value: unknown, plainHttp: boolean): string {
  if (typeof value === 'string' && URL.canParse(value)) {
    const url = new URL(value)
    checkProtocol(field, url, plainHttp)
    if (url.href === `${url.origin}/`) return url.origin
  }
  throw new ConfigError(field, 'is no origin. Give protocol, host and port only, as https://pages.lyon.example.')
}

function checkProtocol(field: string, { protocol, hostname }: URL, plainHttp: boolean): void {
  if (protocol === 'https:') return
  if (protocol !== 'http:') throw new ConfigError(field, 'is neither https nor http. Give an https URL.')
  if (!plainHttp && !loopback.test(hostname))
    throw new ConfigError(
      field,
      'is plain http to another machine: rows could be changed on the way. Use https, or allow it by plainHttp: true.',
    )
}
