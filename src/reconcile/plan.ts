import type { Difference, Repair } from './judge.ts'
import { canLookAgain } from './look-again.ts'
import type { StoppedBy, Tally } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'

/** A difference that is to be mended. */
export interface PlannedRepair<Item> extends Difference<Item> {
  readonly repair: Repair<Item>
}

export interface Plan<Item> {
  /** All that may be applied. */
  readonly repairs: readonly PlannedRepair<Item>[]
  readonly stoppedBy: StoppedBy | undefined
}

/** Whether both first looks were complete. */
export interface Completeness<Item> {
  readonly source: boolean
  readonly warehouse: (warehouse: Warehouse<Item>) => boolean
}

/**
 * Picks what is repaired: nothing by an incomplete snapshot's silence, nothing that was seen only once, and nothing at
 * all past a limit. Counts what the differences call for.
 */
export function plan<Item>(
  differences: readonly Difference<Item>[],
  tallies: ReadonlyMap<Warehouse<Item>, Tally>,
  complete: Completeness<Item>,
  settings: Settings<Item>,
): Plan<Item> {
  const repairs: PlannedRepair<Item>[] = []
  for (const difference of differences) {
    const { kind, warehouse, repair } = difference
    if (repair === undefined) continue
    if (kind === 'orphan' && !complete.source) continue
    if (kind === 'missing' && !complete.warehouse(warehouse)) continue
    const tally = tallies.get(warehouse)
    if (tally) tally.repairs.planned++
    if (canLookAgain(warehouse)) repairs.push({ ...difference, repair })
  }
  if (settings.mode === 'plan') return { repairs: [], stoppedBy: undefined }
  const stoppedBy = limitPassed(repairs, tallies, settings)
  return { repairs: stoppedBy === undefined ? repairs : [], stoppedBy }
}

function limitPassed<Item>(
  repairs: readonly PlannedRepair<Item>[],
  tallies: ReadonlyMap<Warehouse<Item>, Tally>,
  { maxRepairs, maxRepairRatio }: Settings<Item>,
): StoppedBy | undefined {
  if (repairs.length > maxRepairs) return 'maxRepairs'
  for (const [warehouse, { keys }] of tallies) {
    const own = repairs.filter((repair) => repair.warehouse === warehouse).length
    if (own > maxRepairRatio * keys) return 'maxRepairRatio'
  }
  return undefined
}
