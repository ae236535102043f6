import type { Invocation } from '../runtime/invocation.ts'
import { emitAll } from '../runtime/observe.ts'
import { lookFrom, mend } from './mend.ts'
import type { Partition, SnapshotLike } from './options.ts'
import { reportMetrics } from './report-metrics.ts'
import { reportOf } from './report-of.ts'
import type { ReconcileReport } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'

/** One run: what it compares, and what it may take. */
export interface Run<Item> {
  readonly runId: string
  readonly source: SnapshotLike<Item>
  readonly warehouses: readonly Warehouse<Item>[]
  readonly settings: Settings<Item>
  readonly invocation: Invocation
  readonly partition: Partition | undefined
  /** Aborts when the lock could not be kept. */
  readonly lost: AbortSignal | undefined
}

/** compare → settle → confirm → plan → repair, and the report. */
export async function run<Item>(given: Run<Item>): Promise<ReconcileReport<Item>> {
  const { settings, invocation, lost } = given
  const first = await lookFrom(given, settings.resumeFrom)
  const { looked, tallies } = first
  const { stoppedBy: reason, resumeFrom } = await mend(given, first)
  const ended = looked.finished && !invocation.cut.hasEnded() ? undefined : 'deadline'
  const stoppedBy = lost?.aborted ? 'lock' : (reason ?? ended)
  const report = reportOf(given, { looked, tallies, stoppedBy, resumeFrom })
  await emitAll(settings.sync.emitters, reportMetrics(report, settings.mode), invocation)
  return report
}
