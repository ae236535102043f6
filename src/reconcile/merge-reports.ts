import { compareKeys } from '../core/key-order.ts'
import { ConfigError } from '../errors.ts'
import { byWeight, sampleSize } from './drift-order.ts'
import { checkedReport, repairCounts, stopReasons, warehouseCounts } from './report/checked-report.ts'
import type { AnyReport } from './report/shown-report.ts'
import type { ReconcileReport, WarehouseReport } from './report.ts'

/**
 * The reports of all partitions of one run, as one: counts and units are added up, accuracy is made anew from the counts,
 * and the sample is cut again. It equals the report of a single run over the same rows.
 *
 * - The verdict is `drift` where any report says so, else `unknown` where any could not tell.
 * - `startedAt` is the first start, `endedAt` the last end, `runId` that of the run that started first.
 * - `stoppedBy` is the gravest: a lock, then a deadline, the stream's lag, `maxRepairs`, `maxRepairRatio`.
 * - `resumeFrom` is the lowest of those that ended early, and absent where one of them has none: to take up all
 *   partitions from there loses nothing, and compares some keys twice.
 * - Reports may come as `JSON.parse` gives them back, with times as texts.
 *
 * The caller hands in each partition once: one that is missing or comes twice cannot be seen here.
 *
 * @throws ConfigError for no reports, for what is none, and for reports of other warehouses than the first one's.
 */
export function mergeReports<Item, Name extends string>(
  reports: readonly ReconcileReport<Item, Name>[],
): ReconcileReport<Item, Name> {
  const [head, ...others] = checkedReports(reports)
  if (!head) throw new ConfigError('reports', 'is empty. Give the report of each partition.')
  const all = [head, ...others]
  const merged: AnyReport = {
    ...runFacts(head, all),
    sourceRows: sum(all, ({ sourceRows }) => sourceRows),
    invalid: sum(all, ({ invalid }) => invalid),
    ...endFacts(all),
    warehouses: Object.fromEntries(
      Object.keys(head.warehouses).map((name) => [
        name,
        mergedWarehouse(all.flatMap((one) => one.warehouses[name] ?? [])),
      ]),
    ),
    sample: all
      .flatMap(({ sample }) => sample)
      .sort(byWeight)
      .slice(0, sampleSize),
  }
  return merged as ReconcileReport<Item, Name> // of the same items and warehouses as what was given
}

function checkedReports(reports: unknown): readonly AnyReport[] {
  if (!Array.isArray(reports)) throw new ConfigError('reports', 'is no list. Give the report of each partition.')
  const checked = reports.map((report, index) => checkedReport(report, `reports[${index}]`))
  const namesOf = (report: AnyReport | undefined) => JSON.stringify(Object.keys(report?.warehouses ?? {}).sort())
  const names = namesOf(checked[0])
  const odd = checked.findIndex((report) => namesOf(report) !== names)
  if (odd > 0)
    throw new ConfigError(
      `reports[${odd}].warehouses`,
      'has other names than those of the first report. Merge reports of one configuration only.',
    )
  return checked
}

function runFacts(head: AnyReport, all: readonly AnyReport[]): Pick<AnyReport, 'runId' | 'startedAt' | 'endedAt'> {
  let [first, last] = [head, head]
  for (const one of all) {
    if (one.startedAt < first.startedAt) first = one
    if (one.endedAt > last.endedAt) last = one
  }
  return { runId: first.runId, startedAt: first.startedAt, endedAt: last.endedAt }
}

function endFacts(all: readonly AnyReport[]): Pick<AnyReport, 'verdict' | 'stoppedBy' | 'resumeFrom'> {
  const stoppedBy = stopReasons.find((reason) => all.some((one) => one.stoppedBy === reason))
  const early = all.filter(({ stoppedBy: by }) => by === 'deadline' || by === 'lock' || by === 'maxRepairs')
  const [lowest] = early.flatMap(({ resumeFrom }) => resumeFrom ?? []).sort(compareKeys)
  const isKnown = early.every(({ resumeFrom }) => resumeFrom !== undefined)
  const worst = (['drift', 'unknown'] as const).find((verdict) => all.some((one) => one.verdict === verdict))
  return {
    verdict: worst ?? 'equal',
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    ...(lowest === undefined || !isKnown ? {} : { resumeFrom: lowest }),
  }
}

function mergedWarehouse(parts: readonly WarehouseReport[]): WarehouseReport {
  const add = <Name extends string>(
    names: readonly Name[],
    of: (part: WarehouseReport) => Readonly<Record<Name, number>>,
  ) => Object.fromEntries(names.map((name) => [name, sum(parts, (part) => of(part)[name])])) as Record<Name, number>
  const counts = add(warehouseCounts, (part) => part)
  const percent = (equal: number): number => (counts.expected === 0 ? 100 : (100 * equal) / counts.expected)
  return {
    ...counts,
    accuracyPercent: percent(counts.equal),
    accuracyAfterPercent: percent(counts.equalAfter),
    complete: parts.every(({ complete }) => complete),
    repairs: add(repairCounts, ({ repairs }) => repairs),
  }
}

function sum<Part>(parts: readonly Part[], of: (part: Part) => number): number {
  return parts.reduce((total, part) => total + of(part), 0)
}
