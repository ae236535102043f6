import pg from 'pg'
import { ConfigError } from '../../errors.ts'
import { postgresSnapshot } from '../../snapshots/postgres.ts'
import { columnsOf } from '../columns.ts'
import type { OpenFor, OpenPlace } from '../open-place.ts'
import type { PlaceUrl } from '../place-url.ts'

/** `postgres://user:password@host/database?table=stock&schema=public&columns=on_hand:quantity`. */
export function openPostgres(place: PlaceUrl, { key, fields }: OpenFor): OpenPlace {
  const keyNames = key.map(({ name }) => name)
  const { table, schema } = place.query
  if (table === undefined || table === '')
    throw new ConfigError(place.option, 'names no table. Give it as ?table=stock.')
  const columns = columnsOf(place, [...new Set([...keyNames, ...fields])])
  const pick = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(columns).filter(([, attribute]) => names.includes(attribute)))
  const pool = new pg.Pool({ connectionString: connectionOf(place), connectionTimeoutMillis: 5_000, max: 2 })
  const others = fields.filter((field) => !keyNames.includes(field))
  const read = others.length > 0 && { columns: pick(others) }
  const snapshot = () => postgresSnapshot({ pool, table, schema, key: pick(keyNames), ...read })
  return {
    snapshot,
    isLive: true,
    rowCount: () => estimatedRows(pool, table, schema),
    close: () => pool.end(),
  }
}

/** The driver's own parameters alone. */
function connectionOf({ url, query: { host, sslmode } }: PlaceUrl): string {
  const own = new URL(url)
  own.search = ''
  for (const [name, value] of Object.entries({ host, sslmode }))
    if (value !== undefined) own.searchParams.set(name, value)
  return own.href
}

/** What the planner thinks; -1 where it was never told. https://www.postgresql.org/docs/current/catalog-pg-class.html */
async function estimatedRows(pool: pg.Pool, table: string, schema: string | undefined): Promise<number | undefined> {
  const name = [schema, table]
    .flatMap((part) => (part === undefined ? [] : [`"${part.replaceAll('"', '""')}"`]))
    .join('.')
  const { rows } = await pool.query<{ readonly rows: number }>(
    'SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = to_regclass($1)',
    [name],
  )
  const [estimate] = rows
  return estimate && estimate.rows >= 0 ? estimate.rows : undefined
}
