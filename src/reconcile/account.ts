import type { Invocation } from '../runtime/invocation.ts'
import type { Confirmed } from './confirm.ts'
import { unitsBetween } from './content.ts'
import { heldItem, type Pair } from './judge.ts'
import type { Drift, Tally } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'
import { expectedItem } from './source.ts'

/** A drift with its weight: held minus expected. */
export interface Weighed<Item> {
  readonly drift: Drift<Item>
  readonly units: number
}

/** Enters what the second look decided into the warehouses' counts; answers the drift. */
export function account<Item>(
  confirmed: Confirmed<Item>,
  duplicates: readonly Drift<Item>[],
  tallies: ReadonlyMap<Warehouse<Item>, Tally>,
  { quantityOf, sync }: Settings<Item>,
): readonly Weighed<Item>[] {
  const found: Weighed<Item>[] = []
  const tallyOf = ({ warehouse }: Pair<Item>): Tally | undefined => tallies.get(warehouse)
  const left = (pair: Pair<Item>): void => {
    const tally = tallyOf(pair)
    if (tally && expectedItem(pair.state, pair.warehouse) !== undefined) tally.unequal++
  }
  for (const drift of duplicates) found.push({ drift, units: 0 })
  for (const [{ name }, { counts }] of tallies)
    counts.duplicate += duplicates.filter((d) => d.warehouse === name).length
  for (const pair of confirmed.differences) {
    const { kind, key, warehouse, expected } = pair
    const held = heldItem<Item>(pair.held)
    const units = unitsBetween(held && quantityOf(held), expected && quantityOf(expected))
    const tally = tallyOf(pair)
    if (tally) {
      tally.counts[kind]++
      tally.unitsSigned += units
      tally.unitsAbsolute += Math.abs(units)
    }
    left(pair)
    found.push({ drift: { kind, key, warehouse: warehouse.name, expected, held, units }, units })
  }
  for (const pair of confirmed.inFlight) {
    const tally = tallyOf(pair)
    if (tally) tally.counts.inFlight++
    if (pair.open) left(pair)
  }
  for (const pair of confirmed.unstable) {
    const tally = tallyOf(pair)
    if (tally) tally.counts.unstable++
    left(pair)
  }
  for (const { pair } of confirmed.undecided) {
    const tally = tallyOf(pair)
    if (tally) tally.complete = false
    left(pair)
  }
  const [first] = confirmed.undecided
  if (first)
    sync.logger.warn('Differences could not be looked at again.', {
      rows: confirmed.undecided.length,
      warehouse: first.pair.warehouse.name,
      reason: first.error instanceof Error ? first.error.name : typeof first.error,
    })
  return found
}

/** Tells the listener of every row, one after the other. Its faults are its own. */
export async function tell<Item>(
  found: readonly Weighed<Item>[],
  { given: { onDrift }, sync }: Settings<Item>,
  { cut }: Invocation,
): Promise<void> {
  if (!onDrift) return
  let failed = 0
  const aborted = new Promise<void>((resolve) => {
    if (cut.hasEnded()) resolve()
    else cut.onEnd(resolve)
  })
  for (const { drift } of found) {
    if (cut.hasEnded()) break
    try {
      const told = Promise.resolve(onDrift(drift)).catch(() => {
        failed++
      })
      await Promise.race([told, aborted])
    } catch {
      failed++
    }
  }
  if (failed > 0) sync.logger.warn('onDrift failed.', { rows: failed })
}
