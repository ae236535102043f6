import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { warehouses } from '../warehouses.ts'
import { inventorySync } from './wiring/inventory-sync.ts'
import { streamRoutes } from './wiring/routes.ts'
import { whenReady } from './wiring/when-ready.ts'

/** Every change of the table, to every warehouse that it concerns. */
export const handler = whenReady(async () => createStreamSyncHandler(inventorySync(await streamRoutes(warehouses))))
