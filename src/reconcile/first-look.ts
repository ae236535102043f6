import { isAsStored } from '../core/as-stored.ts'
import { isBefore } from '../core/key-order.ts'
import type { Invocation } from '../runtime/invocation.ts'
import { account, tell, type FoundDrift } from './account.ts'
import { compare, timeToStop, type Batch } from './compare.ts'
import { confirm, type Confirmed } from './confirm.ts'
import { compareInPlace, relationsOf } from './in-place.ts'
import { inOrder } from './in-order.ts'
import { limits } from './limits.ts'
import { closePlaces, openPlaces } from './places.ts'
import type { Plan } from './plan.ts'
import type { PlaceReader } from './reading/place-reader.ts'
import type { Run } from './run.ts'
import { sample, type Sample } from './sample.ts'
import type { Settings, Warehouse } from './settings.ts'
import { isCounted, type Found, type Read, type Tally } from './tally.ts'
import type { FirstLook } from './walk-equal.ts'

/** What the first look found, with the second look at all that differed. */
export interface Looked<Item> {
  readonly sourceRows: number
  readonly invalid: number
  readonly lagging: boolean
  /** Whether it came to the end of all places. */
  readonly finished: boolean
  /** The last key up to which everything is decided. */
  readonly decidedUpTo: string | undefined
  readonly readOf: (warehouse: string) => Read
  readonly sampleOf: (warehouse: string, found: Found) => Sample<Item>
}

/** Compares all places from a key on, confirms what differs, counts it, tells it and plans its repair. */
export async function firstLook<Item>(
  given: Run<Item>,
  plan: Plan<Item>,
  tallies: ReadonlyMap<string, Tally>,
  { after, isTold }: { readonly after: string | undefined; readonly isTold: boolean },
): Promise<Looked<Item>> {
  const { warehouses, settings, invocation, source, partition } = given
  const places = openPlaces(given, { ...partition, after: later(partition?.after, after) }, settings, invocation)
  const relations = relationsOf(given, after)
  const look: FirstLook = { sourceRows: 0, finished: false }
  const comparing = {
    warehouses,
    tallies: [...tallies.values()],
    settings,
    isItem: !('pages' in source) || isAsStored(settings.sync.item.schema),
  }
  const stop = { batchPairs: pairsOf(warehouses), isOver: timeToStop(invocation, lookUntil(settings, invocation)) }
  const sampleOf = samplesOf<Item>()
  const untold: FoundDrift<Item>[] = []
  const state = { invalid: 0, lagging: false, decidedUpTo: after, isOpen: false }
  try {
    const batches = relations
      ? compareInPlace(given, relations, places, comparing, look, stop)
      : compare(places, comparing, look, stop)
    const looks = inOrder(batches, limits.looksAtOnce, (batch) => secondLook(batch, given))
    for await (const { batch, confirmed } of looks) {
      const drift = account(confirmed, batch.duplicates, tallies, settings)
      for (const one of drift) sampleOf(one.drift.warehouse, one.found).add(one.drift)
      plan.add(confirmed.differences, tallies)
      state.invalid += batch.invalid + new Set(confirmed.invalid.map(({ key }) => key)).size
      state.lagging ||= confirmed.lagging
      state.isOpen ||= confirmed.undecided.length > 0 && invocation.cut.hasEnded()
      if (!state.isOpen) state.decidedUpTo = batch.upTo ?? state.decidedUpTo
      if (!isTold) await tellSome(drift, untold, settings, invocation)
    }
  } finally {
    closePlaces(places)
  }
  logBroken(places.held.concat(places.source), settings)
  const readOf = readerOf(places.source, places.held)
  const known = untold.filter(({ drift, found }) => isCounted(found, readOf(drift.warehouse)))
  await tell(known, settings, invocation)
  const { invalid, lagging, decidedUpTo } = state
  return { ...look, invalid, lagging, decidedUpTo, readOf, sampleOf }
}

/** A cursor of another part must not widen this one. */
function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && isBefore(a, b)) ? b : a
}

/** How many pairs are looked at again together. A warehouse that has to be read as a whole for it is looked at seldom. */
export function pairsOf<Item>(warehouses: readonly Warehouse<Item>[]): number {
  const whole = warehouses.some(({ route }) => route && !route.target.read && route.target.snapshot)
  return whole ? limits.wholeLookPairs : limits.batchPairs
}

/** Of the time that an invocation has, a part is kept for the second look and the repairs, at most half. */
function lookUntil<Item>({ settleMs, mode }: Settings<Item>, { start, deliverUntil }: Invocation): number {
  const all = deliverUntil - start
  if (all === Infinity) return Infinity
  return deliverUntil - Math.min(all / 2, settleMs + all * (mode === 'apply' ? 0.2 : 0.05))
}

interface Seen<Item> {
  readonly batch: Batch<Item>
  readonly confirmed: Confirmed<Item>
}

async function secondLook<Item>(
  batch: Batch<Item>,
  { warehouses, settings, invocation }: Run<Item>,
): Promise<Seen<Item>> {
  return { batch, confirmed: await confirm(batch.suspects, warehouses, settings, invocation) }
}

/**
 * Drift that both sides showed is told at once; what one side alone showed waits until the other was read to its end, as
 * far as there is room for it.
 */
export async function tellSome<Item>(
  drift: readonly FoundDrift<Item>[],
  untold: FoundDrift<Item>[],
  settings: Settings<Item>,
  invocation: Invocation,
): Promise<void> {
  if (!settings.given.onDrift) return
  const now: FoundDrift<Item>[] = []
  for (const one of drift) if (one.found === 'both' || untold.push(one) > limits.untold) now.push(one)
  untold.splice(limits.untold)
  await tell(now, settings, invocation)
}

function samplesOf<Item>(): (warehouse: string, found: Found) => Sample<Item> {
  const all = new Map<string, Sample<Item>>()
  return (warehouse, found) => {
    const name = `${found}/${warehouse}`
    const known = all.get(name) ?? sample<Item>()
    all.set(name, known)
    return known
  }
}

/** Where time was up first, every place was read as far as the keys were compared. */
function readerOf(source: PlaceReader, held: readonly PlaceReader[]): (warehouse: string) => Read {
  const warehouses = new Map(held.map(({ place, ended, complete }) => [place, !(ended && !complete)]))
  const isSourceRead = !(source.ended && !source.complete)
  return (name) => ({ source: isSourceRead, warehouse: warehouses.get(name) === true })
}

function logBroken<Item>(readers: readonly PlaceReader[], { sync }: Settings<Item>): void {
  for (const { place, error } of readers)
    if (error !== undefined)
      sync.logger.error('A snapshot broke off.', { place, reason: error instanceof Error ? error.name : typeof error })
}
