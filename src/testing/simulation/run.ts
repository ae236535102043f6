import { seededRandom } from './chance.ts'
import { played, type MakeCast, type Played } from './cast.ts'
import { worldClock } from './clock.ts'
import { differences, notEmpty } from './expect.ts'
import { faults } from './faults.ts'
import { faultySink } from './faulty-sink.ts'
import { journal } from './journal.ts'
import type { Plan } from './plan.ts'
import { modelQueue } from './queue.ts'
import { modelTable } from './source.ts'
import { stage } from './stage.ts'
import { trace } from './trace.ts'
import { Violation } from './violation.ts'
import { messageOf, type Surroundings, type World } from './world.ts'

/** How a run ended. */
export interface RunResult {
  readonly violation: Violation | undefined
  /** What happened, line by line. */
  readonly lines: readonly string[]
  /** How often each kind of fault and of interleaving occurred. */
  readonly counts: ReadonlyMap<string, number>
  /** How much it took to play. */
  readonly events: number
}

/**
 * Plays a plan to its end, lets the world come to rest, and judges it.
 *
 * @throws what was thrown where the configuration and its handlers were made.
 */
export async function run<Item>(plan: Plan<Item>, makeCast: MakeCast<Item>): Promise<RunResult> {
  const random = seededRandom(plan.seed)
  const clock = worldClock(random)
  const log = journal(clock)
  const parts = { clock, random, journal: log, faults: faults(plan), trace: trace() }
  const queue = modelQueue(clock, random, () => log.count('queue delivers twice'))
  const surroundings: Surroundings = { ...parts, queue, dlq: faultySink({ ...parts, queue }) }
  const cast = played(makeCast(surroundings, plan))
  const table = modelTable(cast.sync.item, clock, cast.view ?? 'NEW_AND_OLD_IMAGES', random)
  parts.trace.follow(table.writeOf)
  const world: World = { ...surroundings, table, epochs: {}, needsReconcile: false, refused: undefined }
  try {
    await clock.runUntil(
      play(plan, cast, world),
      () => world.refused !== undefined || parts.trace.violation() !== undefined,
    )
  } catch (error) {
    if (error instanceof Violation) parts.trace.violate(error.promise, error.what)
    else parts.trace.violate('ends', messageOf(error))
  }
  if (world.refused) throw world.refused.error
  return { violation: parts.trace.violation(), lines: log.lines(), counts: log.counts, events: clock.events() }
}

/** What a target that compares nothing cannot stand: it relies on one stream that never goes back. */
const againstOrder = ['reenable', 'failover', 'restore', 'merge', 'reconcile', 'tamper', 'outage']

async function play<Item>(plan: Plan<Item>, cast: Played<Item>, world: World): Promise<void> {
  world.refused = await notEmpty(cast)
  if (world.refused) return
  const { perform, rest } = stage(plan, cast, world)
  for (const { afterMs, act } of plan.steps) {
    await world.clock.sleep(afterMs)
    if (!(cast.isOrdered && againstOrder.includes(act.kind))) await perform(act)
    if (world.trace.violation()) return
  }
  await rest()
  if (world.trace.violation()) return
  for (const what of await differences(cast, world)) world.trace.violate('P3', what)
}
