import { changeId, type Change } from '../core/change.ts'
import type { RoutedLane } from '../core/routes.ts'
import { lowestVersion, repairVersion } from '../core/version.ts'
import { isSyncError } from '../errors.ts'
import { deliver } from '../runtime/deliver.ts'
import type { Invocation } from '../runtime/invocation.ts'
import { noBatch } from '../runtime/pipeline.ts'
import type { Route } from '../runtime/sync.ts'
import type { PlannedRepair } from './plan.ts'
import type { Settings } from './settings.ts'
import type { Tally } from './tally.ts'
import { mended } from './verify.ts'

/**
 * Writes the repairs through the targets, each on the version that the warehouse held at the confirming look, and looks
 * whether they are there. A failed one is counted and found again by the next run. Answers the keys that were not reached.
 */
export async function repair<Item>(
  repairs: readonly PlannedRepair<Item>[],
  tallies: ReadonlyMap<string, Tally>,
  runId: string,
  settings: Settings<Item>,
  invocation: Invocation,
): Promise<ReadonlySet<string>> {
  const left = new Set<string>()
  await Promise.all(
    [...new Set(repairs.map(({ warehouse }) => warehouse))].map(async (warehouse) => {
      const tally = tallies.get(warehouse.name)
      const { route } = warehouse
      if (!route || !tally) return
      const own = repairs.filter((one) => one.warehouse === warehouse)
      const applied = await repairOne(own, route, tally, left, { runId, settings, invocation })
      tally.mended += await mended(warehouse, applied, settings, invocation)
    }),
  )
  return left
}

interface Run<Item> {
  readonly runId: string
  readonly settings: Settings<Item>
  readonly invocation: Invocation
}

/** One warehouse's repairs, at its pace. Answers those that were applied. */
async function repairOne<Item>(
  called: readonly PlannedRepair<Item>[],
  route: Route<Item>,
  tally: Tally,
  left: Set<string>,
  { runId, settings, invocation }: Run<Item>,
): Promise<readonly PlannedRepair<Item>[]> {
  const { clock, cut } = invocation
  const repairs = called.filter(isPossible)
  tally.repairs.failed += called.length - repairs.length
  const done: PlannedRepair<Item>[] = []
  const { repairsPerSecond: rate } = settings.given
  const size = rate === undefined ? repairs.length : Math.max(1, Math.floor(rate))
  for (let start = 0; start < repairs.length; start += size) {
    if (start > 0 && rate !== undefined) await clock.sleep((size / rate) * 1_000, cut.signal()).catch(() => undefined)
    const chunk = repairs.slice(start, start + size)
    const lanes = chunk.map((planned, first) => laneOf(planned, first, runId, clock.now()))
    // Nothing is parked: what fails is found again by the next run.
    const to = { ...route, dlq: undefined }
    const routed = { ...noBatch, routes: [{ route: to, lanes }] }
    const { outcomes, runs } = deliver<Item>(routed, settings.sync, invocation)
    const applied = new Set(chunk)
    for await (const some of outcomes)
      for (const { status, first, change } of some) {
        applied.delete(chunk[first] as PlannedRepair<Item>) // a lane for each repair
        if (status === 'untouched') left.add(change.key)
        else tally.repairs.failed++
      }
    for (const { status, first } of runs.flatMap(({ skipped }) => skipped)) {
      applied.delete(chunk[first] as PlannedRepair<Item>)
      tally.repairs[status === 'stale' ? 'stale' : 'conflicted']++
    }
    tally.repairs.applied += applied.size
    done.push(...applied)
  }
  return done
}

/** A version that says that it was repaired a million times has no room for another repair. */
function isPossible<Item>({ heldVersion = lowestVersion }: PlannedRepair<Item>): boolean {
  try {
    repairVersion(heldVersion)
    return true
  } catch (error) {
    if (isSyncError(error, 'RECORD_UNDECODABLE')) return false
    throw error
  }
}

function laneOf<Item>(
  { key, keyAttributes, heldVersion, repair }: PlannedRepair<Item>,
  first: number,
  runId: string,
  now: number,
) {
  const version = repairVersion(heldVersion ?? lowestVersion)
  const facts = { id: changeId(key, version, runId), key, keyAttributes, version, changedAt: new Date(now) }
  const change: Change<Item> = { ...facts, ...repair }
  const lane: RoutedLane<Item> = { key, first, changes: [change] }
  return lane
}
