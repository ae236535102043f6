import { ConfigError } from '../../errors.ts'
import { httpSnapshot, type HttpSnapshotOptions } from '../../snapshots/http.ts'
import type { OpenFor, OpenPlace } from '../open-place.ts'
import type { PlaceUrl } from '../place-url.ts'
import { rowReader } from '../row-reader.ts'
import { bodyPages } from './body-pages.ts'

/**
 * `https://host/stock?limit=1000#rows=stock&cursor=next:after`: what stands after `#` is said to this command, and never
 * sent. `bearer` names an environment variable with a token, so that none stands in the command.
 */
export function openHttp(place: PlaceUrl, wanted: OpenFor): OpenPlace {
  const { order } = place.query
  if (order !== undefined && order !== 'key' && order !== 'none')
    throw new ConfigError(place.option, `has the order ${JSON.stringify(order)}, which is none. Use key or none.`)
  const url = new URL(place.url)
  const authorization = authorizationOf(place, wanted.environment)
  url.username = url.password = url.hash = ''
  const options: HttpSnapshotOptions = {
    url,
    ...bodyPages(place),
    ...(authorization !== undefined && { headers: { authorization } }),
    plainHttp: authorization === undefined, // who writes http:// means it, as long as no secret goes that way
    key: wanted.key.map(({ name }) => name),
    ...(order !== undefined && { order }),
    ...rowReader(place, wanted),
  }
  httpSnapshot(options) // refuses options that cannot work
  return { snapshot: () => httpSnapshot(options), isLive: true }
}

function authorizationOf(
  { option, url, query: { bearer } }: PlaceUrl,
  environment: OpenFor['environment'],
): string | undefined {
  if (bearer !== undefined) {
    const token = environment[bearer]
    if (token !== undefined && token !== '') return `Bearer ${token}`
    throw new ConfigError(option, `takes its token from the environment variable ${bearer}, which is not set. Set it.`)
  }
  if (url.username === '' && url.password === '') return undefined
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
