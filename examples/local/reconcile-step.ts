import { createReconcileHandler, type SourceTable } from 'dynamodb-stream-sync'
import { type inventorySync, type Places, type WarehouseName, warehouses, wmsSnapshot } from './sync.ts'

/** What one run found, by warehouse. */
export interface Found {
  readonly verdict: 'equal' | 'drift' | 'unknown'
  readonly rows: Readonly<Record<WarehouseName, number>>
  readonly skus: readonly string[]
  readonly applied: number
}

export interface ReconcileOutcome {
  readonly planned: Found
  readonly applied: Found
}

/** Looks first, then repairs. */
export async function reconcileAll(
  sync: ReturnType<typeof inventorySync>,
  table: SourceTable,
  { berlinUrl, portoUrl }: Places,
): Promise<ReconcileOutcome> {
  const run = async (mode: 'plan' | 'apply'): Promise<Found> => {
    const handler = createReconcileHandler({
      ...sync,
      table,
      mode,
      snapshots: { berlin: wmsSnapshot(berlinUrl), porto: wmsSnapshot(portoUrl) },
      settleMs: 500, // all is delivered by now; on AWS longer than the stream lags
    })
    const report = await handler({})
    const rowsOf = (name: WarehouseName) => {
      const { missing, mismatch, orphan, duplicate } = report.warehouses[name]
      return missing + mismatch + orphan + duplicate
    }
    return {
      verdict: report.verdict,
      rows: { berlin: rowsOf('berlin'), lyon: rowsOf('lyon'), porto: rowsOf('porto') },
      skus: report.sample.map(({ key, warehouse }) => `${warehouse} ${key}`),
      applied: warehouses.reduce((sum, name) => sum + report.warehouses[name].repairs.applied, 0),
    }
  }
  return { planned: await run('plan'), applied: await run('apply') }
}
