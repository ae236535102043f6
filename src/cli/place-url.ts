import { ConfigError } from '../errors.ts'
import { nearestName } from '../runtime/nearest-name.ts'

/** A place as a URL names it. */
export interface PlaceUrl {
  /** Where it stands in the command, for messages: `--source`, `--warehouse east`. */
  readonly option: string
  readonly kind: PlaceKind
  readonly url: URL
  /** The URL without password and query, for messages. */
  readonly shown: string
  /** What the place is told beside its address, by name. Names that the kind does not know were refused. */
  readonly query: Readonly<Record<string, string | undefined>>
  /** A file's path as it is written, relative ones included; empty for what is no file. */
  readonly path: string
}

export type PlaceKind = 'dynamodb' | 'export' | 'postgres' | 'csv' | 'ndjson' | 'parquet' | 'http'

const kinds: Readonly<Record<string, PlaceKind | 'file'>> = {
  'dynamodb:': 'dynamodb',
  'dynamodb-export:': 'export',
  's3:': 'export',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'file:': 'file',
  'http:': 'http',
  'https:': 'http',
}

/** What a kind may be told: in its query, or after `#`, as a service's query is its own. */
const parameters: Readonly<Record<PlaceKind, readonly string[]>> = {
  dynamodb: ['region', 'endpoint', 'segments', 'rcu', 'consistent'],
  export: ['table', 'region', 'endpoint'],
  postgres: ['table', 'schema', 'columns', 'host', 'sslmode'],
  csv: ['order', 'columns', 'delimiter', 'encoding'],
  ndjson: ['order', 'columns'],
  parquet: ['columns'],
  http: ['rows', 'next', 'cursor', 'columns', 'order', 'bearer'],
}

/** @throws ConfigError for what names no place, without a word of what may be secret in it. */
export function placeUrl(option: string, text: string): PlaceUrl {
  if (!URL.canParse(text)) throw new ConfigError(option, `is no URL. ${forms}`)
  const url = new URL(text)
  const kind = kinds[url.protocol]
  if (kind === undefined) throw unknownScheme(option, url.protocol)
  const path = kind === 'file' ? filePath(text) : ''
  const shown = kind === 'file' ? path : `${url.protocol}//${url.host}${url.pathname}`
  return checked({ option, url, shown, path, kind: kind === 'file' ? fileKind(option, path) : kind })
}

function unknownScheme(option: string, scheme: string): ConfigError {
  const near = nearestName(scheme, Object.keys(kinds))
  const remedy = near === undefined ? forms : `Was ${near}// meant?`
  return new ConfigError(option, `has the scheme ${JSON.stringify(scheme)}, which is none here. ${remedy}`)
}

const forms =
  'Give one such as dynamodb://stock, postgres://user@host/database?table=stock, file:stock.csv or https://host/stock.'

/** A URL has no relative paths, and people do: `file:stock.csv` is the one in the working directory. */
function filePath(text: string): string {
  const [, path = ''] = /^file:(?:\/\/(?:localhost)?(?=\/))?([^?#]*)/i.exec(text) ?? []
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a name with a percent sign of its own
  }
}

function fileKind(option: string, path: string): PlaceKind {
  const [, ending] = /\.([a-z]+)(?:\.gz)?$/i.exec(path) ?? []
  switch (ending?.toLowerCase()) {
    case 'csv':
      return 'csv'
    case 'ndjson':
    case 'jsonl':
      return 'ndjson'
    case 'parquet':
      return 'parquet'
    default:
      throw new ConfigError(
        option,
        'is a file of an unknown kind. Its name must end in .csv, .ndjson, .jsonl or .parquet, or these with .gz.',
      )
  }
}

function checked(place: Omit<PlaceUrl, 'query'>): PlaceUrl {
  const { kind, url, option } = place
  const known = parameters[kind]
  const query = Object.fromEntries(kind === 'http' ? new URLSearchParams(url.hash.slice(1)) : url.searchParams)
  const unknown = Object.keys(query).find((name) => !known.includes(name))
  if (unknown === undefined) return { ...place, query }
  const near = nearestName(unknown, known)
  const remedy = near === undefined ? `Known are ${known.join(', ')}.` : `Was ${near} meant?`
  throw new ConfigError(option, `has the parameter ${JSON.stringify(unknown)}, which is none here. ${remedy}`)
}
