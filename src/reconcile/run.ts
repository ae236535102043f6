import type { Invocation } from '../runtime/invocation.ts'
import { emitAll } from '../runtime/observe.ts'
import { firstLook, type Looked } from './first-look.ts'
import { canReopen } from './reading/open-pages.ts'
import type { Partition, SnapshotLike } from './options.ts'
import { limitPassed, mendable, planned, type Plan } from './plan.ts'
import { repair } from './repair.ts'
import { reportMetrics } from './report-metrics.ts'
import { reportOf, type Findings } from './report-of.ts'
import type { ReconcileReport, StoppedBy } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'
import { limits } from './limits.ts'
import { emptyTally, type Read, type Tally } from './tally.ts'

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
  const plan = planned<Item>(limits.repairs)
  const tallies = talliesOf(given)
  const looked = await firstLook(given, plan, tallies, given.settings.resumeFrom)
  const mended = await mend(given, looked, plan, tallies)
  const ended = lost?.aborted ? 'lock' : looked.finished && !invocation.cut.hasEnded() ? undefined : 'deadline'
  const stoppedBy = ended ?? mended.stoppedBy
  const findings: Findings<Item> = { looked, tallies, stoppedBy, resumeFrom: mended.resumeFrom }
  const report = reportOf(given, findings)
  await emitAll(settings.sync.emitters, reportMetrics(report, settings.mode), invocation)
  return report
}

function talliesOf<Item>({ warehouses }: Run<Item>): ReadonlyMap<string, Tally> {
  return new Map(warehouses.map(({ name }) => [name, emptyTally()]))
}

interface Mended {
  readonly stoppedBy: StoppedBy | undefined
  /** The last key up to which nothing is left to do. */
  readonly resumeFrom: string | undefined
}

/**
 * Repairs what the first look planned. Where more was called for than is kept at once, the keys after the last kept one
 * are looked at anew, and repaired, until all is done: memory does not grow with the number of repairs.
 */
async function mend<Item>(
  given: Run<Item>,
  looked: Looked<Item>,
  plan: Plan<Item>,
  tallies: ReadonlyMap<string, Tally>,
): Promise<Mended> {
  const { settings } = given
  if (looked.lagging) return { stoppedBy: 'lag', resumeFrom: settings.resumeFrom }
  const stoppedBy = settings.mode === 'apply' ? limitPassed(tallies, looked.readOf, settings) : undefined
  if (settings.mode === 'plan' || stoppedBy) return { stoppedBy, resumeFrom: looked.decidedUpTo }
  return mendFrom(given, looked, plan, tallies)
}

async function mendFrom<Item>(
  given: Run<Item>,
  looked: Looked<Item>,
  plan: Plan<Item>,
  tallies: ReadonlyMap<string, Tally>,
): Promise<Mended> {
  const { settings, invocation, runId } = given
  const repairs = mendable(plan.repairs(), (warehouse): Read => looked.readOf(warehouse.name))
  const left = await repair(repairs, tallies, runId, settings, invocation)
  const done = repairs.findIndex(({ key }) => left.has(key))
  if (done >= 0) return { stoppedBy: undefined, resumeFrom: repairs[done - 1]?.key ?? settings.resumeFrom }
  const from = plan.keptUpTo()
  if (from === undefined) return { stoppedBy: undefined, resumeFrom: looked.decidedUpTo }
  const all = [given.source, ...given.warehouses.map(({ snapshot }) => snapshot)]
  if (invocation.cut.hasEnded() || !all.every(canReopen)) return { stoppedBy: 'maxRepairs', resumeFrom: from }
  const next = planned<Item>(limits.repairs)
  const again = talliesOf(given) // what differs was counted
  const rest = await firstLook(given, next, again, from, { isTold: true })
  const mended = await mendFrom(given, rest, next, again)
  for (const [name, { repairs: counts, mended: rows }] of again) addTo(tallies.get(name), counts, rows)
  return mended
}

function addTo(tally: Tally | undefined, repairs: Tally['repairs'], mended: number): void {
  if (!tally) return
  tally.mended += mended
  for (const name of Object.keys(repairs) as (keyof Tally['repairs'])[]) tally.repairs[name] += repairs[name]
}
