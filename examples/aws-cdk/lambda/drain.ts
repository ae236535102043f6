import { createQueueSyncHandler } from 'dynamodb-stream-sync'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { warehouses } from '../warehouses.ts'
import { variable } from './wiring/environment.ts'
import { inventorySync } from './wiring/inventory-sync.ts'
import { directRoutes } from './wiring/routes.ts'
import { whenReady } from './wiring/when-ready.ts'

/** The queue of one warehouse, into that warehouse, at its own pace. */
export const handler = whenReady(async () => {
  const name = variable('WAREHOUSE')
  const own = warehouses.filter((warehouse) => warehouse.name === name)
  return createQueueSyncHandler({
    ...inventorySync(await directRoutes(own)),
    table: dynamoDbTable({ tableName: variable('TABLE_NAME') }),
  })
})
