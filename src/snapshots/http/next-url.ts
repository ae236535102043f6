import { SnapshotError } from '../../errors.ts'
import { nextLink, parseLinks } from './links.ts'
import type { HttpPage } from './read-page.ts'
import type { HttpSnapshotSettings } from './settings.ts'

/** Where the next page is; undefined after the last. @throws SnapshotError that does not say on which page. */
export function nextUrl(page: HttpPage, { next, origins }: HttpSnapshotSettings): URL | undefined {
  const named = next ? told(next, page) : linked(page.headers)
  if (named === undefined || named === null || named === '') return undefined
  const text = named instanceof URL ? named.href : named
  if (typeof text !== 'string' || !URL.canParse(text, page.url.href))
    throw new SnapshotError('names a next page by what is no URL. Give an absolute one, or one relative to the page.')
  const url = new URL(text, page.url)
  if (!origins.has(url.origin))
    throw new SnapshotError(`names a next page at another origin, ${url.origin}. Allow it by origins if it is yours.`)
  if (url.username !== '' || url.password !== '')
    throw new SnapshotError('names a next page by a URL with credentials, which is not followed.')
  url.hash = ''
  return url
}

function told(next: NonNullable<HttpSnapshotSettings['next']>, { body, headers }: HttpPage): unknown {
  try {
    return next(body, headers)
  } catch (cause) {
    throw new SnapshotError('made the next function throw.', { cause })
  }
}

function linked(headers: Headers): unknown {
  const links = parseLinks(headers.get('link') ?? '')
  if (links) return nextLink(links)
  throw new SnapshotError(
    'has a Link header that cannot be read, and the next page may stand in it. Give next as a function.',
  )
}
