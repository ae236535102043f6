import type { Snapshot } from 'dynamodb-stream-sync'
import { httpSnapshot } from 'dynamodb-stream-sync/snapshots/http'
import type { Warehouse } from '../../lib/config/types.ts'
import { secretText } from './secrets.ts'

/** Snapshots of the warehouses whose targets have none of their own. */
export async function listings(warehouses: readonly Warehouse[]): Promise<Readonly<Record<string, Snapshot>>> {
  if (process.env['OMIT_HTTP'] === 'true') return {}
  const listed = warehouses.flatMap((one) =>
    one.kind === 'http' && one.list !== undefined ? [{ ...one, list: one.list }] : [],
  )
  const opened = listed.map(
    async ({ name, list, secret }) =>
      [name, httpSnapshot({ url: list, hmac: { secret: await secretText(secret) } })] as const,
  )
  return Object.fromEntries(await Promise.all(opened))
}
