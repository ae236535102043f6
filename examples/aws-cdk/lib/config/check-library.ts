import { createStreamSyncHandler, defineSync, type TargetRoute } from 'dynamodb-stream-sync'
import { stock, type Stock } from '../../item.ts'
import type { Says } from './problems.ts'
import type { Deployment, Warehouse } from './types.ts'

/** What stands beside a route's settings, and is this folder's own. */
const own: Readonly<Record<Warehouse['kind'], readonly string[]>> = {
  http: ['url', 'secret', 'list', 'guarded'],
  postgres: ['host', 'secret', 'port', 'database', 'table'],
  dynamodb: ['tableArn', 'where'],
  'event-bridge': ['regions', 'categories', 'guarded'],
}

/** What the library refuses of a warehouse's settings, unknown ones included: told now, and not by the first invocation. */
export function refusedRoute(warehouse: Warehouse): readonly Says[] {
  const beside = ['name', 'kind', 'queue', ...own[warehouse.kind]]
  const given = Object.entries(warehouse).filter(([name, value]) => value !== undefined && !beside.includes(name))
  return refused(`targets.${warehouse.name}.`, {
    targets: { [warehouse.name]: { ...Object.fromEntries(given), target } },
  })
}

/** What the library refuses of the settings of all warehouses. */
export function refusedSync({ sync: { ttl, epochs, deadlineMarginMs } }: Deployment): readonly Says[] {
  return refused('', { targets: { one: { target } }, ttl, epochs, deadlineMarginMs })
}

const target: TargetRoute<Stock>['target'] = { guarded: true, apply: async () => 'applied' }
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

function refused(prefix: string, settings: object): readonly Says[] {
  try {
    const dlq = { send: async () => [] }
    createStreamSyncHandler(defineSync(stock, { dlq, logger: quiet, ...settings } as never)) // as JavaScript may call it
    return []
  } catch (error) {
    const { field, message } = error as { readonly field?: string; readonly message: string }
    if (field === undefined) throw error
    return [[field.replace(prefix, '').split('.')[0]!, message]]
  }
}
