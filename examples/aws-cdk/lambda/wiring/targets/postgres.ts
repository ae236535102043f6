import { postgresTarget } from 'dynamodb-stream-sync/targets/postgres'
import { Pool } from 'pg'
import type { Stock } from '../../../item.ts'
import type { PostgresWarehouse } from '../../../lib/config/types.ts'
import { secretText } from '../secrets.ts'

/** A password that was rotated reaches a new connection this late at most. */
const passwordAgeMs = 300_000

export async function postgresWarehouse(warehouse: PostgresWarehouse) {
  return postgresTarget<Stock>({ pool: await poolOf(warehouse), table: warehouse.table ?? 'stock', key: 'sku' })
}

/** As many connections as the route may have calls in flight. A container serves one invocation at a time. */
async function poolOf({ host, port = 5432, database = 'stock', secret, concurrency = 10 }: PostgresWarehouse) {
  const { username } = await login(secret)
  return new Pool({
    host,
    port,
    database,
    user: username,
    password: async () => (await login(secret, passwordAgeMs)).password,
    ssl: host === '127.0.0.1' ? false : { rejectUnauthorized: true },
    max: concurrency,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 60_000,
    application_name: 'inventory-sync',
  })
}

async function login(
  secret: string,
  maxAgeMs?: number,
): Promise<{ readonly username: string; readonly password: string }> {
  const { username, password } = parsed(await secretText(secret, maxAgeMs))
  if (typeof username === 'string' && typeof password === 'string') return { username, password }
  throw new Error(`The secret ${secret} is no JSON with username and password.`)
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return {} // the parser's own words would show a part of the secret
  }
}
