import type { ReconcileReport, WarehouseReport } from 'dynamodb-stream-sync'
import type { Comparison } from './query-results.ts'

type Report = ReconcileReport<unknown>

/** As many drifts as the library keeps in a report. */
const sampleSize = 100

const worstFirst = ['drift', 'unknown', 'equal'] as const

/**
 * The reports on each warehouse's suspects, and what the exports say of all other rows, as one report: as if every row had
 * been compared.
 */
export function wholeReport(reports: readonly [Report, ...Report[]], comparison: Comparison): Report {
  const [first] = reports
  const parts = reports.flatMap((report) => Object.entries(report.warehouses))
  const warehouses = parts.map(([name, report]) => [name, whole(report, name, comparison)] as const)
  const verdict = worstFirst.find((one) => reports.some((report) => report.verdict === one)) ?? 'equal'
  const isAll = warehouses.every(([, { complete }]) => complete)
  const stoppedBy = reports.find((report) => report.stoppedBy !== undefined)?.stoppedBy
  return {
    runId: first.runId,
    startedAt: first.startedAt,
    endedAt: reports.at(-1)!.endedAt,
    sourceRows: comparison.report.sourceRows,
    invalid: Math.max(...reports.map(({ invalid }) => invalid)),
    verdict: verdict === 'equal' && !isAll ? 'unknown' : verdict,
    ...(stoppedBy !== undefined && { stoppedBy }),
    warehouses: Object.fromEntries(warehouses),
    sample: reports
      .flatMap(({ sample }) => sample)
      .sort((a, b) => Math.abs(b.units) - Math.abs(a.units))
      .slice(0, sampleSize),
  }
}

function whole(report: WarehouseReport, name: string, comparison: Comparison): WarehouseReport {
  const found = comparison.report.warehouses[name]!
  const differing = found.missing + found.mismatch + found.orphan + found.duplicate
  const counts = {
    rows: report.rows + found.equal,
    expected: report.expected + found.equal,
    equal: report.equal + found.equal,
    equalAfter: report.equalAfter + found.equal,
  }
  const percent = (part: number) => (counts.expected === 0 ? 100 : (100 * part) / counts.expected)
  return {
    ...report,
    ...counts,
    accuracyPercent: percent(counts.equal),
    accuracyAfterPercent: percent(counts.equalAfter),
    complete: report.complete && comparison.suspects[name]!.length === differing,
  }
}
