import { reportMetrics } from 'dynamodb-stream-sync'
import { emfMetrics } from 'dynamodb-stream-sync/metrics/emf'
import { config } from '../config.ts'
import { exportedWarehouses } from '../lib/reconcile/athena/places.ts'
import { warehouses } from '../warehouses.ts'
import { driftFile } from './wiring/drift-file.ts'
import { variable } from './wiring/environment.ts'
import { readComparison } from './wiring/query-results.ts'
import { keepReport, publishSummary } from './wiring/report-store.ts'
import { suspectReconcile } from './wiring/suspect-reconcile.ts'
import { whenReady } from './wiring/when-ready.ts'
import { wholeReport } from './wiring/whole-report.ts'

/** Looks again at what differs between two exports: in flight is no drift, and only what is confirmed is repaired. */
export const handler = whenReady(async () => {
  const compared = exportedWarehouses(warehouses)
  const metrics = emfMetrics({ service: variable('SERVICE') })
  const { onDrift, ...drifts } = driftFile()
  const judge = await suspectReconcile(compared, onDrift)

  return async ({ query }: { readonly query: string }, context) => {
    await drifts.clear()
    const signal = AbortSignal.timeout(Math.max(1, context.getRemainingTimeInMillis() - 30_000))
    const names = compared.map(({ name }) => name)
    const comparison = await readComparison(query, compared)
    const [first, ...others] = names
    const reports: [Awaited<ReturnType<typeof judge>>] = [await judge(first!, comparison, signal)] // there is one at least
    for (const name of others) reports.push(await judge(name, comparison, signal))
    const report = wholeReport(reports, comparison)
    await metrics.emit(reportMetrics(report, config.reconcile.mode))
    const key = await keepReport(report, drifts.file)
    await publishSummary(report)
    return { report: key, verdict: report.verdict }
  }
})
