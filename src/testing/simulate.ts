import fc from 'fast-check'
import { inventoryItem, type InventoryItem } from '../core/inventory-item.ts'
import type { ItemDefinition } from '../core/item.ts'
import type { Clock } from '../ports/clock.ts'
import type { DlqSink } from '../ports/dlq.ts'
import type { SyncConfig } from '../runtime/config.ts'
import { checkOptions } from './simulation/check-options.ts'
import { madeBy, storedRows } from './simulation/own-configuration.ts'
import { simulate } from './simulation/simulate.ts'
import type { MakeCast } from './simulation/cast.ts'
import { librarySubject } from './simulation/subject.ts'

/** What a simulated run hands to your configuration: time, chance and a DLQ of its own. */
export interface SimulatedWorld {
  readonly clock: Clock
  readonly random: () => number
  readonly dlq: DlqSink
}

export interface SimulateOptions<Item> {
  readonly runs: number
  /** Default: drawn, and printed where a run fails. */
  readonly seed?: number | undefined
  /** Of a run that failed, as its message tells: with the same seed, this run alone is repeated. */
  readonly path?: string | undefined
  /** Default: rows of the default item over a few SKUs. */
  readonly items?: fc.Arbitrary<NoInfer<Item>> | undefined
}

/**
 * Runs your own configuration against a simulated world, on a virtual clock, all of it drawn from one seed: writers, time
 * to live, shards that split and end, streams that are switched on anew, fail-over and fail-back, restores; functions that
 * die at any call, lose their answers or are throttled; older batches delivered again; warehouses that refuse, reject,
 * hang, answer garbage, work late, twice, or without answering, restart and keep or lose the last write; a DLQ that refuses
 * or takes a part; redrives and a reconcile beside the live stream. Then faults end, the streams run dry and what is parked is redriven.
 *
 * Checked on the way: nothing is done that reached neither its targets nor the DLQ (P1), no guarded target is set back
 * (P2), no target waits for another one (P4), one change of an item at a time, oldest first (P5), answers before the
 * deadline and silence after them (P6), what nobody can read is parked as it came (P7), truthful answers (P9), which no
 * observer turns into a throw (P10), nothing in flight reported as drift (P11). At the end each target that has a `snapshot`, and is
 * guarded or stalls, must hold exactly the table's rows that are routed to it (P3).
 *
 * `create` is called anew for each run. Make the targets within it, with the run's clock; their own faults, as those of
 * `memoryTarget({ faults })`, come on top. Nothing in it may wait for real input or output. Park in the `dlq` that it is
 * given, as it is or wrapped: what lies in another one counts as lost.
 *
 * A failing run is played again some hundred times to make its history short: give the test a minute.
 *
 * @throws Error that names the broken promise, and holds the seed, the path and the shortest history that was found.
 * @throws ConfigError for options, items or a configuration with which nothing would be proved. What `create` throws is
 * thrown on.
 */
export async function simulateSync<Item = InventoryItem>(
  create: (world: SimulatedWorld) => SyncConfig<Item>,
  options: SimulateOptions<Item>,
): Promise<void> {
  checkOptions(create, options)
  const { runs, seed, path, items } = options
  // a sync of an own item has `items`; without them Item is the default one
  const rows = items ?? (defaultItems as fc.Arbitrary<unknown> as fc.Arbitrary<Item>)
  const cast: MakeCast<Item> = ({ clock, random, dlq }, plan) => {
    const config = madeBy(create, { clock, random, dlq })
    const item = config.item ?? (inventoryItem as unknown as ItemDefinition<Item>) // then Item is the default one
    return { config, subject: librarySubject(), stored: storedRows(item, plan.rows) }
  }
  const failure = await simulate({ rows, runs, seed, path, cast, mostToShorten })
  if (failure) throw new Error(failure.message)
}

/** Events: some hundred runs, so that a failure is told before a test's time is up. */
const mostToShorten = 60_000

const defaultItems = fc.record({ sku: fc.constantFrom('A1', 'B2', 'C3'), quantity: fc.nat(100) })
