import type { WarehouseTarget } from 'dynamodb-stream-sync'
import type { Stock } from '../../item.ts'
import type { Warehouse } from '../../lib/config/types.ts'
import { dynamoDbWarehouse } from './targets/dynamodb.ts'
import { eventBridgeWarehouse } from './targets/event-bridge.ts'
import { httpWarehouse } from './targets/http.ts'
import { postgresWarehouse } from './targets/postgres.ts'

/** The warehouse itself. A kind that no warehouse of a function is of is left out of its bundle: lib/bundle.ts sets `OMIT_…`. */
export async function warehouseTarget(warehouse: Warehouse): Promise<WarehouseTarget<Stock>> {
  if (process.env['OMIT_HTTP'] !== 'true' && warehouse.kind === 'http') return httpWarehouse(warehouse)
  if (process.env['OMIT_POSTGRES'] !== 'true' && warehouse.kind === 'postgres') return postgresWarehouse(warehouse)
  if (process.env['OMIT_DYNAMODB'] !== 'true' && warehouse.kind === 'dynamodb') return dynamoDbWarehouse(warehouse)
  if (process.env['OMIT_EVENT_BRIDGE'] !== 'true' && warehouse.kind === 'event-bridge')
    return eventBridgeWarehouse(warehouse)
  throw new Error(`This bundle has nothing for '${warehouse.name}', which is of the kind '${warehouse.kind}'.`)
}
