import { createQueueSyncHandler } from 'dynamodb-stream-sync'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { warehouses } from '../warehouses.ts'
import { variable } from './wiring/environment.ts'
import { inventorySync } from './wiring/inventory-sync.ts'
import { directRoutes } from './wiring/routes.ts'
import { whenReady } from './wiring/when-ready.ts'

/** Dead letters, again: what the table holds now, which never overwrites anything newer. */
export const handler = whenReady(async () =>
  createQueueSyncHandler({
    ...inventorySync(await directRoutes(warehouses)),
    table: dynamoDbTable({ tableName: variable('TABLE_NAME') }),
  }),
)
