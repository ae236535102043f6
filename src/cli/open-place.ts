import { isRecord } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import type { Place } from '../ports/table.ts'
import type { KeyPart } from './key-parts.ts'
import type { PlaceKind, PlaceUrl } from './place-url.ts'

/** A place that can be read. */
export interface OpenPlace {
  readonly snapshot: () => Snapshot
  /** Reads single rows, strongly consistent. */
  readonly read?: Place['read']
  /** Whether it may change while it is read, so that it is worth a second look. A file is not. */
  readonly isLive: boolean
  /** About how many rows it has; undefined where nobody knows. */
  readonly rowCount?: ((signal: AbortSignal) => Promise<number | undefined>) | undefined
  readonly close?: (() => Promise<void>) | undefined
}

/** What a place is opened for. */
export interface OpenFor {
  readonly key: readonly KeyPart[]
  readonly fields: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

type Opener = (place: PlaceUrl, wanted: OpenFor) => OpenPlace | Promise<OpenPlace>

/** Each kind's adapter is loaded when a place asks for it, so that only its own packages are needed. */
const openers: Readonly<Record<PlaceKind, () => Promise<Opener>>> = {
  dynamodb: async () => (await import('./places/dynamodb.ts')).openDynamoDb,
  postgres: async () => (await import('./places/postgres.ts')).openPostgres,
  csv: async () => (await import('./places/files.ts')).openCsv,
  ndjson: async () => (await import('./places/files.ts')).openNdjson,
  http: async () => (await import('./places/http.ts')).openHttp,
  parquet: async () => (await import('./places/parquet.ts')).openParquet,
  export: async () => (await import('./places/dynamodb-export.ts')).openExport,
}

/** @throws ConfigError for a place that cannot be, or whose package is not installed. */
export async function openPlace(place: PlaceUrl, wanted: OpenFor): Promise<OpenPlace> {
  try {
    const open = await openers[place.kind]()
    return await open(place, wanted)
  } catch (error) {
    const missing = missingPackage(error)
    if (missing === undefined) throw error
    throw new ConfigError(place.option, `needs the package ${missing}. Install it: npm install ${missing}`)
  }
}

/** https://nodejs.org/api/errors.html#err_module_not_found */
function missingPackage(error: unknown): string | undefined {
  if (!isRecord(error) || (error['code'] !== 'ERR_MODULE_NOT_FOUND' && error['code'] !== 'MODULE_NOT_FOUND'))
    return undefined
  return /Cannot find (?:package|module) '((?:@[^/']+\/)?[^./'][^/']*)/.exec(String(error['message']))?.[1]
}
