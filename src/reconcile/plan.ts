import type { Difference, Repair } from './judge.ts'
import { canLookAgain } from './look-again.ts'
import type { StoppedBy } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'
import { isCounted, isMendable, type Found, type Read, type Tally } from './tally.ts'

/** A difference that is to be mended, with no more of it than a repair needs. */
export interface PlannedRepair<Item> extends Pick<Difference<Item>, 'key' | 'keyAttributes' | 'kind' | 'warehouse'> {
  readonly found: Found
  readonly repair: Repair<Item>
  /** What the warehouse held at the confirming look. */
  readonly heldVersion: string | undefined
}

/** The repairs that a run may make, in the order of keys. */
export interface Plan<Item> {
  readonly add: (differences: readonly Difference<Item>[], tallies: ReadonlyMap<string, Tally>) => void
  readonly repairs: () => readonly PlannedRepair<Item>[]
  /** Where more than are kept are called for: the last key whose repairs are all kept. */
  readonly keptUpTo: () => string | undefined
}

/** Keeps up to `most` repairs, whatever the number of differences; counts them all. */
export function planned<Item>(most: number): Plan<Item> {
  const repairs: PlannedRepair<Item>[] = []
  let lastKept: string | undefined
  let isFull = false

  function keep(one: PlannedRepair<Item>): void {
    isFull ||= repairs.length >= most && one.key !== lastKept
    if (isFull) return
    lastKept = one.key
    repairs.push(one)
  }
  return {
    add(differences, tallies) {
      for (const { key, keyAttributes, kind, warehouse, found, repair, held } of differences) {
        if (repair === undefined) continue
        const tally = tallies.get(warehouse.name) as Tally // one for each warehouse
        const part = tally.parts[found]
        part.planned[kind]++
        if (!canLookAgain(warehouse)) continue // it was seen only once
        part.repairable[kind]++
        keep({ key, keyAttributes, kind, warehouse, found, repair, heldVersion: held?.version })
      }
    },
    repairs: () => repairs,
    keptUpTo: () => (isFull ? lastKept : undefined),
  }
}

/** Nothing is removed or added for what an incomplete snapshot does not show. */
export function mendable<Item>(
  repairs: readonly PlannedRepair<Item>[],
  readOf: (warehouse: Warehouse<Item>) => Read,
): readonly PlannedRepair<Item>[] {
  return repairs.filter(({ warehouse, kind, found }) => {
    const read = readOf(warehouse)
    return isCounted(found, read) && isMendable(kind, read)
  })
}

/** Past a limit nothing at all is repaired. Of each warehouse: what is called for, and the keys that it holds or should hold. */
export function limitPassed(
  called: readonly { readonly repairable: number; readonly keys: number }[],
  { maxRepairs, maxRepairRatio }: Pick<Settings<never>, 'maxRepairs' | 'maxRepairRatio'>,
): StoppedBy | undefined {
  if (called.reduce((sum, { repairable }) => sum + repairable, 0) > maxRepairs) return 'maxRepairs'
  const isPassed = maxRepairRatio < 1 && called.some(({ repairable, keys }) => repairable / keys > maxRepairRatio)
  return isPassed ? 'maxRepairRatio' : undefined
}
