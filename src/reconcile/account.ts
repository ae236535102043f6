import type { Invocation } from '../runtime/invocation.ts'
import type { Confirmed } from './confirm.ts'
import { unitsBetween } from './content.ts'
import type { Duplicate } from './group.ts'
import { heldItem, type Pair } from './judge.ts'
import type { Drift } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'
import { expectedItem } from './source.ts'
import type { Found, Part, Tally } from './tally.ts'

/** Drift with what it rests on. */
export interface FoundDrift<Item> {
  readonly drift: Drift<Item>
  readonly found: Found
}

/** Enters what the second look decided into the warehouses' counts; answers the drift. */
export function account<Item>(
  confirmed: Confirmed<Item>,
  duplicates: readonly Duplicate<Item>[],
  tallies: ReadonlyMap<string, Tally>,
  { quantityOf, sync }: Settings<Item>,
): readonly FoundDrift<Item>[] {
  const drift: FoundDrift<Item>[] = []
  const { differences, inFlight, unstable, invalid } = confirmed
  for (const pair of [...differences, ...inFlight, ...unstable, ...invalid]) expect(pair, partOf(pair, tallies))
  for (const { drift: one, found } of duplicates) {
    tallyOf({ name: one.warehouse }, tallies).parts[found].counts.duplicate++
    drift.push({ drift: one, found })
  }
  for (const pair of differences) {
    const { kind, key, warehouse, expected, found } = pair
    const held = heldItem<Item>(pair.held)
    const units = unitsBetween(held && quantityOf(held), expected && quantityOf(expected))
    const part = partOf(pair, tallies)
    part.counts[kind]++
    part.unitsSigned += units
    part.unitsAbsolute += Math.abs(units)
    leave(pair, part)
    drift.push({ drift: { kind, key, warehouse: warehouse.name, expected, held, units }, found })
  }
  for (const pair of inFlight) {
    const part = partOf(pair, tallies)
    part.counts.inFlight++
    if (pair.open) leave(pair, part)
  }
  for (const pair of unstable) {
    const part = partOf(pair, tallies)
    part.counts.unstable++
    leave(pair, part)
  }
  leaveUndecided(confirmed, tallies)
  const [first] = confirmed.undecided
  if (first)
    sync.logger.warn('Differences could not be looked at again.', {
      rows: confirmed.undecided.length,
      warehouse: first.pair.warehouse.name,
      reason: first.error instanceof Error ? first.error.name : typeof first.error,
    })
  return drift
}

function leaveUndecided<Item>({ undecided }: Confirmed<Item>, tallies: ReadonlyMap<string, Tally>): void {
  for (const { pair } of undecided) {
    tallyOf(pair.warehouse, tallies).complete = false
    leave(pair, partOf(pair, tallies))
  }
}

/** A row is expected by what the table said last. */
function expect<Item>({ firstState, state, warehouse }: Pair<Item>, part: Part): void {
  if (firstState === undefined) return
  part.expected +=
    Number(expectedItem(state, warehouse) !== undefined) - Number(expectedItem(firstState, warehouse) !== undefined)
}

/** An expected row that was not found equal. */
function leave<Item>({ state, warehouse }: Pair<Item>, part: Part): void {
  if (expectedItem(state, warehouse) !== undefined) part.unequal++
}

function partOf<Item>({ warehouse, found }: Pair<Item>, tallies: ReadonlyMap<string, Tally>): Part {
  return tallyOf(warehouse, tallies).parts[found]
}

function tallyOf({ name }: Pick<Warehouse<never>, 'name'>, tallies: ReadonlyMap<string, Tally>): Tally {
  return tallies.get(name) as Tally // one for each warehouse
}

/** Tells the listener of every row, one after the other. Its faults are its own. */
export async function tell<Item>(
  drift: readonly { readonly drift: Drift<Item> }[],
  { given: { onDrift }, sync }: Settings<Item>,
  { cut }: Invocation,
): Promise<void> {
  if (!onDrift || drift.length === 0) return
  let failed = 0
  const aborted = cut.ended()
  for (const { drift: one } of drift) {
    if (cut.hasEnded()) break
    try {
      const told = Promise.resolve(onDrift(one)).catch(() => {
        failed++
      })
      await Promise.race([told, aborted])
    } catch {
      failed++
    }
  }
  if (failed > 0) sync.logger.warn('onDrift failed.', { rows: failed })
}
