import type { DemoOptions } from './arguments.ts'
import type { Outcome } from './scenario.ts'
import { tamperedSku } from './morning.ts'
import { type WarehouseName, warehouses } from './sync.ts'

/** The numbers of one warehouse. */
export interface WarehouseSummary {
  readonly deliveries: number
  readonly retries: number
  readonly deadLetters: number
  readonly redriven: number
  readonly staleSkipped: number
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly max: number }
  readonly errorRatePercent: number
  readonly driftBefore: { readonly rows: number; readonly units: number }
  readonly driftAfter: { readonly rows: number; readonly units: number }
}

/** What `--json` prints. */
export interface Summary {
  readonly verdict: 'equal' | 'failed'
  /** Why it failed; empty when all is well. */
  readonly problems: readonly string[]
  readonly database: string
  readonly updates: number
  readonly batchSize: number
  readonly seed: number
  readonly durationMs: number
  readonly table: { readonly rows: number; readonly units: number }
  readonly hotProduct: Outcome['hot']
  readonly poison: { readonly parked: number; readonly redriven: number }
  readonly staleInRedrive: number
  readonly reconcile: { readonly found: readonly string[]; readonly repaired: number }
  readonly warehouses: Readonly<Record<WarehouseName, WarehouseSummary>>
}

/** Judges the morning. */
export function summaryOf(outcome: Outcome, options: DemoOptions, database: string, durationMs: number): Summary {
  const { meter, after, hot, reconcile, staleInRedrive } = outcome
  const problems = problemsOf(outcome)
  const summaries = warehouses.map((name) => [name, warehouseSummary(name, outcome)] as const)
  return {
    verdict: problems.length === 0 ? 'equal' : 'failed',
    problems,
    database,
    updates: options.updates,
    batchSize: options.batchSize,
    seed: options.seed,
    durationMs: Math.round(durationMs),
    table: { rows: after.tableRows, units: after.tableUnits },
    hotProduct: hot,
    poison: { parked: poisonOf(outcome), redriven: meter.poisonRedriven },
    staleInRedrive,
    reconcile: { found: reconcile.planned.skus, repaired: reconcile.applied.applied },
    warehouses: Object.fromEntries(summaries) as Summary['warehouses'],
  }
}

function problemsOf(outcome: Outcome): readonly string[] {
  const { meter, before, after, hot, reconcile, lettersLeft, staleInRedrive } = outcome
  const expected = `berlin ${tamperedSku}`
  const parked = warehouses.map((name) => meter.of(name)).reduce((sum, { deadLetters }) => sum + deadLetters, 0)
  const redriven = warehouses.map((name) => meter.of(name)).reduce((sum, counts) => sum + counts.redriven, 0)
  const checks: readonly (readonly [boolean, string])[] = [
    ...warehouses.map(
      (name) => [after.drift[name].rows === 0, `${name} differs: ${few(after.drift[name].skus)}`] as const,
    ),
    [lettersLeft === 0, `${lettersLeft} dead letters are left in the queue`],
    [parked === redriven, `${parked} dead letters were parked, ${redriven} were redriven`],
    [parked > 0 && staleInRedrive > 0, 'no dead letter had become stale'],
    [poisonOf(outcome) === 1 && meter.poisonRedriven === 1, 'the poisoned record was not parked and redriven once'],
    [hot.opening - hot.sold === hot.left, `${hot.sold} of ${hot.opening} were sold, yet ${hot.left} are left`],
    [allOf(before.drift) === expected, `before reconcile more than ${expected} differed: ${allOf(before.drift)}`],
    [few(reconcile.planned.skus) === expected, `reconcile found ${few(reconcile.planned.skus)}`],
    [reconcile.applied.applied === 1, `reconcile repaired ${reconcile.applied.applied} rows`],
  ]
  return checks.filter(([good]) => !good).map(([, problem]) => problem)
}

function warehouseSummary(name: WarehouseName, { meter, before, after }: Outcome): WarehouseSummary {
  const { deliveries, failures, retries, deadLetters, redriven, stale, latencies } = meter.of(name)
  const sorted = [...latencies].sort((a, b) => a - b)
  const rank = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
  const { rows: rowsBefore, units: unitsBefore } = before.drift[name]
  const { rows: rowsAfter, units: unitsAfter } = after.drift[name]
  return {
    deliveries,
    retries,
    deadLetters,
    redriven,
    staleSkipped: stale,
    latencyMs: { p50: rank(0.5), p95: rank(0.95), max: rank(1) },
    errorRatePercent: Math.round((failures / Math.max(1, deliveries)) * 10_000) / 100,
    driftBefore: { rows: rowsBefore, units: unitsBefore },
    driftAfter: { rows: rowsAfter, units: unitsAfter },
  }
}

function poisonOf({ meter }: Outcome): number {
  return meter.letters.filter(({ type }) => type === 'poison').length
}

function allOf(drift: Outcome['before']['drift']): string {
  return few(warehouses.flatMap((name) => drift[name].skus.map((sku) => `${name} ${sku}`)))
}

/** The first five names. */
export function few(names: readonly string[]): string {
  if (names.length === 0) return 'nothing'
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}
