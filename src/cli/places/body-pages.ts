import { isObject, isRecord } from '../../core/objects.ts'
import { ConfigError, SnapshotError } from '../../errors.ts'
import type { HttpSnapshotOptions } from '../../snapshots/http.ts'
import type { PlaceUrl } from '../place-url.ts'

type Row = Readonly<Record<string, unknown>>

/** What a service may call the way to the next page. */
const leads = /next|cursor|more/i

/**
 * Where rows and next pages are in a body: `rows=data.items`, and `next=links.next`, a URL, or `cursor=meta.next:after`,
 * which is sent as the parameter `after`, or `next=link`, the `Link` header alone. Without `rows`: the body, or the one list
 * in it. Without the others: the `Link` header, and a body that seems to lead on elsewhere is refused, for half of the rows
 * would look like all of them.
 */
export function bodyPages(place: PlaceUrl): Pick<HttpSnapshotOptions, 'rows' | 'next'> {
  const { option, url, query } = place
  const { rows, next, cursor } = query
  if (next !== undefined && cursor !== undefined)
    throw new ConfigError(option, 'has both next and cursor. A page is followed by one of them.')
  if (next !== undefined && next !== 'link') return { rows: (body) => rowsOf(body, rows), next: nextUrl(next) }
  if (cursor !== undefined) return { rows: (body) => rowsOf(body, rows), next: nextCursor(option, url, cursor) }
  return {
    rows(body, headers) {
      if (next !== 'link' && !headers.has('link')) refuseLoose(body)
      return rowsOf(body, rows)
    },
  }
}

type Follow = (body: unknown) => string | undefined

function nextUrl(path: string): Follow {
  return (body) => leadOf(body, path)
}

function nextCursor(option: string, first: URL, given: string): Follow {
  const [, path, parameter] = /^(.+):([^:]+)$/.exec(given) ?? []
  if (path === undefined || parameter === undefined)
    throw new ConfigError(option, 'has a cursor that cannot be read. Write cursor=member:parameter.')
  return (body) => {
    const cursor = leadOf(body, path)
    if (cursor === undefined) return undefined
    const page = new URL(first)
    page.username = page.password = page.hash = ''
    page.searchParams.set(parameter, cursor)
    return page.href
  }
}

/** Nothing, in any of the ways in which services say it, is the end. */
function leadOf(body: unknown, path: string): string | undefined {
  const lead = at(body, path)
  if (lead === undefined || lead === null || lead === '' || lead === false) return undefined
  if (typeof lead === 'string' || typeof lead === 'number' || typeof lead === 'bigint') return String(lead)
  throw new SnapshotError(`The body's member ${JSON.stringify(path)} is no text that could lead to a next page.`)
}

function refuseLoose(body: unknown): void {
  if (!isRecord(body)) return
  const lead = Object.keys(body).find((name) => leads.test(name) && Boolean(body[name]) && !Array.isArray(body[name]))
  if (lead !== undefined)
    throw new SnapshotError(
      `The body seems to go on at its member ${JSON.stringify(lead)}. Say how: #next=${lead} for a URL, #cursor=${lead}:parameter for a cursor, #next=link if it does not.`,
    )
}

function rowsOf(body: unknown, path: string | undefined): readonly Row[] {
  const lists = path === undefined ? listsOf(body) : [at(body, path)]
  const [list, ...more] = lists
  if (Array.isArray(list) && more.length === 0) return list as readonly Row[] // each is looked at by the snapshot
  throw new SnapshotError(
    path === undefined
      ? `The body holds ${lists.length === 0 ? 'no list' : 'more than one list'}. Say where the rows are: #rows=data.items.`
      : `The body holds no list at ${JSON.stringify(path)}. Correct #rows.`,
  )
}

function listsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return [body]
  return isRecord(body) ? Object.values(body).filter((member) => Array.isArray(member)) : []
}

function at(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), body)
}
