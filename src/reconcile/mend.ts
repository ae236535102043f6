import { firstLook, type Looked } from './first-look.ts'
import { limits } from './limits.ts'
import { limitPassed, mendable, planned, type Plan, type PlannedRepair } from './plan.ts'
import { canReopen } from './reading/open-pages.ts'
import { repair } from './repair.ts'
import type { StoppedBy } from './report.ts'
import type { Run } from './run.ts'
import { counted, emptyTally, type Tally } from './tally.ts'

/** One walk through the places, from a key on, with what it found and called for. */
export interface Leg<Item> {
  readonly after: string | undefined
  readonly looked: Looked<Item>
  readonly plan: Plan<Item>
  readonly tallies: ReadonlyMap<string, Tally>
}

/** Looks at all that lies after a key. `isTold`: what differs there was told before. */
export async function lookFrom<Item>(
  given: Run<Item>,
  after: string | undefined,
  { isTold = false }: { readonly isTold?: boolean } = {},
): Promise<Leg<Item>> {
  const plan = planned<Item>(limits.repairs)
  const tallies = new Map(given.warehouses.map(({ name }) => [name, emptyTally()]))
  return { after, plan, tallies, looked: await firstLook(given, plan, tallies, { after, isTold }) }
}

/** How the repairs ended. */
export interface Mended {
  /** Undefined: nothing stopped them. */
  readonly stoppedBy: StoppedBy | undefined
  /** The last key up to which nothing is left to do. */
  readonly resumeFrom: string | undefined
}

/**
 * Repairs what the first walk planned. Where more was called for than is kept at once, the keys after the last kept one
 * are walked through anew, and repaired, until all is done: memory does not grow with the number of repairs. The limits
 * hold for all walks together, against the rows that the first one saw, so that a place that changed since cannot pass
 * them.
 */
export async function mend<Item>(given: Run<Item>, first: Leg<Item>): Promise<Mended> {
  const { settings, invocation, runId } = given
  if (settings.mode === 'plan') return lagOf(first) ?? { stoppedBy: undefined, resumeFrom: first.looked.decidedUpTo }
  const tried = new Map<string, number>()
  for (let leg = first; ;) {
    const stopped = lagOf(leg) ?? limitOf(given, first, leg, tried)
    if (stopped) return stopped
    const { looked, plan } = leg
    const repairs = mendable(plan.repairs(), ({ name }) => looked.readOf(name))
    for (const { warehouse } of repairs) tried.set(warehouse.name, (tried.get(warehouse.name) ?? 0) + 1)
    const left = await repair(repairs, first.tallies, runId, settings, invocation)
    if (left.size > 0) return { stoppedBy: undefined, resumeFrom: lastBefore(repairs, left) ?? leg.after }
    const from = plan.keptUpTo()
    if (from === undefined)
      return { stoppedBy: looked.finished ? undefined : 'deadline', resumeFrom: looked.decidedUpTo }
    if (invocation.cut.hasEnded()) return { stoppedBy: 'deadline', resumeFrom: from }
    const places = [given.source, ...given.warehouses.map(({ snapshot }) => snapshot)]
    if (!places.every(canReopen)) return { stoppedBy: 'maxRepairs', resumeFrom: from }
    leg = await lookFrom(given, from, { isTold: true })
  }
}

function lagOf<Item>({ looked, after }: Leg<Item>): Mended | undefined {
  return looked.lagging ? { stoppedBy: 'lag', resumeFrom: after } : undefined
}

function limitOf<Item>(
  { settings }: Run<Item>,
  first: Leg<Item>,
  leg: Leg<Item>,
  tried: ReadonlyMap<string, number>,
): Mended | undefined {
  const called = [...first.tallies].map(([name, tally]) => {
    const { keys } = counted(tally, first.looked.readOf(name))
    const { repairable } = counted(leg.tallies.get(name) ?? emptyTally(), leg.looked.readOf(name))
    return { keys, repairable: repairable + (tried.get(name) ?? 0) }
  })
  const stoppedBy = limitPassed(called, settings)
  return stoppedBy && { stoppedBy, resumeFrom: undefined }
}

/** The last key all of whose repairs, at every warehouse, were reached, and those of all keys before it. */
function lastBefore<Item>(repairs: readonly PlannedRepair<Item>[], left: ReadonlySet<string>): string | undefined {
  const keys = [...new Set(repairs.map(({ key }) => key))] // in their order, as they were planned
  return keys[keys.findIndex((key) => left.has(key)) - 1]
}
