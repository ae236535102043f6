import { createReconcileHandler } from 'dynamodb-stream-sync'
import { dynamoDbLock } from 'dynamodb-stream-sync/locks/dynamodb'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { config } from '../../config.ts'
import { warehouses } from '../../warehouses.ts'
import { driftFile } from './drift-file.ts'
import { variable } from './environment.ts'
import { inventorySync } from './inventory-sync.ts'
import { listings } from './listings.ts'
import { directRoutes } from './routes.ts'
import { streamLagMs } from './stream-lag.ts'

/** Left at the end of a run for its report. */
const reportMarginMs = 20_000

/** The table against the warehouses that the deployment says: those that can be read. */
export async function tableReconcile() {
  const names = variable('COMPARED').split(',')
  const compared = warehouses.filter(({ name }) => names.includes(name))
  const { mode, maxRepairRatio } = config.reconcile
  const { onDrift, ...drifts } = driftFile()
  const run = createReconcileHandler({
    ...inventorySync(await directRoutes(compared)),
    deadlineMarginMs: reportMarginMs,
    table: dynamoDbTable({ tableName: variable('TABLE_NAME') }),
    snapshots: await listings(compared),
    mode,
    maxRepairRatio,
    lagMs: streamLagMs,
    lock: dynamoDbLock({ tableName: variable('LOCK_TABLE') }),
    onDrift,
  })
  return { run, drifts }
}
