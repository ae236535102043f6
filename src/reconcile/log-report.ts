import type { Logger } from '../ports/logger.ts'
import { driftCount, total, type AnyReport } from './report/shown-report.ts'
import type { ReconcileReport } from './report.ts'

/** A run's one line. */
export function logReport<Item>(report: ReconcileReport<Item>, logger: Logger): void {
  const any: AnyReport = report
  const { runId, verdict, stoppedBy, sourceRows, startedAt, endedAt } = any
  logger.info('Reconciled.', {
    runId,
    verdict,
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    rows: sourceRows,
    drift: total(any, driftCount),
    repaired: total(any, ({ repairs }) => repairs.applied),
    failed: total(any, ({ repairs }) => repairs.failed),
    durationMs: endedAt.getTime() - startedAt.getTime(),
  })
}
