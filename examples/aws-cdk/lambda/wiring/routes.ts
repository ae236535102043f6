import type { TargetRoute } from 'dynamodb-stream-sync'
import type { Stock } from '../../item.ts'
import { inGroup } from '../../lib/bus/in-group.ts'
import type { Warehouse } from '../../lib/config/types.ts'
import { warehouseQueue } from './targets/queue.ts'
import { warehouseTarget } from './warehouse-target.ts'

type Routes = Readonly<Record<string, TargetRoute<Stock>>>

/** One route per warehouse, to the warehouse itself. */
export function directRoutes(warehouses: readonly Warehouse[]): Promise<Routes> {
  return routesOf(warehouses, warehouseTarget)
}

/** One route per warehouse; one that has a queue of its own is reached by it. */
export function streamRoutes(warehouses: readonly Warehouse[]): Promise<Routes> {
  return routesOf(warehouses, (warehouse) => {
    if (process.env['OMIT_QUEUE'] !== 'true' && hasQueue(warehouse)) return warehouseQueue(warehouse)
    return warehouseTarget(warehouse)
  })
}

function hasQueue(warehouse: Warehouse): boolean {
  return warehouse.kind !== 'event-bridge' && warehouse.queue === true
}

async function routesOf(
  warehouses: readonly Warehouse[],
  targetOf: (warehouse: Warehouse) => Promise<TargetRoute<Stock>['target']>,
): Promise<Routes> {
  const routes = await Promise.all(
    warehouses.map(
      async (warehouse) => [warehouse.name, { ...settings(warehouse), target: await targetOf(warehouse) }] as const,
    ),
  )
  return Object.fromEntries(routes)
}

/** What the library knows of a route: nothing that is undefined, nothing that it does not know. */
function settings(warehouse: Warehouse): Omit<TargetRoute<Stock>, 'target'> {
  const { concurrency, timeoutMs, retry, breaker, onUnavailable } = warehouse
  const when = warehouse.kind === 'event-bridge' ? inGroup(warehouse) : warehouse.when
  const given = { when, concurrency, timeoutMs, retry, breaker, onUnavailable }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
