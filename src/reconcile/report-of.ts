import type { Looked } from './first-look.ts'
import type { ReconcileReport, StoppedBy } from './report.ts'
import type { Run } from './run.ts'
import { largestOf } from './sample.ts'
import { counted, driftOf, emptyTally, isCounted, warehouseReport, type Found, type Tally } from './tally.ts'

/** All that a run found and did. */
export interface Findings<Item> {
  readonly looked: Looked<Item>
  readonly tallies: ReadonlyMap<string, Tally>
  readonly stoppedBy: StoppedBy | undefined
  readonly resumeFrom: string | undefined
}

export function reportOf<Item>({ invocation, runId }: Run<Item>, findings: Findings<Item>): ReconcileReport<Item> {
  const { looked, tallies, stoppedBy, resumeFrom } = findings
  const isPartial = stoppedBy === 'deadline' || stoppedBy === 'lock' || stoppedBy === 'maxRepairs'
  const warehouses = [...tallies].map(([name, tally]) => [name, warehouseReport(tally, looked.readOf(name))] as const)
  return {
    runId,
    startedAt: new Date(invocation.startedAt),
    endedAt: new Date(invocation.clock.now()),
    sourceRows: looked.sourceRows,
    invalid: looked.invalid,
    verdict: verdictOf(findings),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    ...(isPartial && resumeFrom !== undefined ? { resumeFrom } : {}),
    warehouses: Object.fromEntries(warehouses),
    sample: sampleOf(findings),
  }
}

function verdictOf<Item>({ looked, tallies, stoppedBy }: Findings<Item>): ReconcileReport<Item>['verdict'] {
  if (looked.lagging) return 'unknown'
  const all = [...tallies].map(([name, tally]) => ({ tally, read: looked.readOf(name) }))
  if (all.some(({ tally, read }) => driftOf(counted(tally, read)) > 0)) return 'drift'
  const isWhole = looked.finished && all.every(({ tally, read }) => tally.complete && read.source && read.warehouse)
  return isWhole && stoppedBy !== 'lock' ? 'equal' : 'unknown'
}

function sampleOf<Item>({ looked, tallies }: Findings<Item>): ReconcileReport<Item>['sample'] {
  const found: readonly Found[] = ['both', 'source', 'warehouse']
  const all = [...tallies.keys()].flatMap((name) =>
    found.flatMap((one) => (isCounted(one, looked.readOf(name)) ? looked.sampleOf(name, one).largest() : [])),
  )
  return largestOf(all)
}

/** The report of a run that somebody else's lock kept from starting. */
export function lockedReport<Item>(given: Run<Item>): ReconcileReport<Item> {
  const { warehouses, settings } = given
  const unread = { source: false, warehouse: false }
  const looked: Looked<Item> = {
    ...{ sourceRows: 0, invalid: 0, lagging: false, finished: false, decidedUpTo: undefined },
    readOf: () => unread,
    sampleOf: () => ({ add: () => undefined, largest: () => [] }),
  }
  const tallies = new Map(warehouses.map(({ name }) => [name, emptyTally()]))
  return reportOf(given, { looked, tallies, stoppedBy: 'lock', resumeFrom: settings.resumeFrom })
}
