import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from './arguments.ts'
import type { Cleanup } from './cleanup.ts'
import { createTable, startDynamoDb, startQueue } from './servers.ts'
import { lyonTableName, type Places, tableName } from './sync.ts'
import { startWarehouse, type WarehouseProcess } from './warehouse.ts'

/** Everything that runs. */
export interface Started extends Places {
  readonly streamArn: string
  readonly berlin: WarehouseProcess
}

/** Starts the table with its stream, the queue and the three warehouses. */
export async function startPlaces(database: Database | undefined, cleanup: Cleanup): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'stream-sync-demo-'))
  cleanup.add(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const dynamoDb = await startDynamoDb(database, cleanup)
  const [queue, berlin, porto, streamArn] = await Promise.all([
    startQueue(cleanup),
    startWarehouse('berlin', 'steady', folder, cleanup),
    startWarehouse('porto', 'flaky', folder, cleanup),
    createTable(dynamoDb.client, tableName, true),
    createTable(dynamoDb.client, lyonTableName, false),
  ])
  return { dynamoDb, queue, berlin, berlinUrl: berlin.url, portoUrl: porto.url, streamArn }
}
