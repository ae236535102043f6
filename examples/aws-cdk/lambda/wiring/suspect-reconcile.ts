import { reconcile, type Drift, type ReconcileReport } from 'dynamodb-stream-sync'
import { dynamoDbLock } from 'dynamodb-stream-sync/locks/dynamodb'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { config } from '../../config.ts'
import type { Warehouse } from '../../lib/config/types.ts'
import { variable } from './environment.ts'
import { inventorySync } from './inventory-sync.ts'
import { keyedSnapshot } from './keyed-snapshot.ts'
import type { Comparison } from './query-results.ts'
import { directRoutes } from './routes.ts'
import { streamLagMs } from './stream-lag.ts'

type OnDrift = (drift: Drift<unknown>) => Promise<void>
type Judge = (name: string, comparison: Comparison, signal: AbortSignal) => Promise<ReconcileReport<unknown>>

/** Reconciles one warehouse's suspects, read by key, with all that reconcile does of every row: confirm, repair, verify. */
export async function suspectReconcile(warehouses: readonly Warehouse[], onDrift: OnDrift): Promise<Judge> {
  const routes = await directRoutes(warehouses)
  const table = dynamoDbTable({ tableName: variable('TABLE_NAME') })
  const { mode, maxRepairRatio } = config.reconcile

  return (name, { report, suspects }, signal) => {
    const { equal = 0 } = report.warehouses[name] ?? {}
    const keys = suspects[name] ?? []
    const route = routes[name]!
    return reconcile(
      {
        source: keyedSnapshot('table', keys, table.read),
        warehouses: { [name]: keyedSnapshot(name, keys, route.target.read!) }, // tables can be read by key
      },
      {
        ...inventorySync({ [name]: route }),
        metrics: [], // they are made of the whole report
        table,
        mode,
        maxRepairRatio: 1, // of the suspects: the limit on all rows is a number
        maxRepairs: Math.max(1, Math.floor(maxRepairRatio * (equal + keys.length))),
        lagMs: streamLagMs,
        lock: dynamoDbLock({ tableName: variable('LOCK_TABLE') }),
        onDrift,
        signal,
      },
    )
  }
}
