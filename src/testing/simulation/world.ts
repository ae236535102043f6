import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { ModelQueue } from './queue.ts'
import type { ModelTable } from './source.ts'
import type { Trace } from './trace.ts'
import type { WorldClock } from './clock.ts'

/** All that one run is made of. */
export interface World {
  readonly clock: WorldClock
  readonly random: () => number
  readonly faults: Faults
  readonly journal: Journal
  readonly trace: Trace
  readonly table: ModelTable
  readonly queue: ModelQueue
  /** By stream ARN, as the functions are configured now. */
  epochs: Readonly<Record<string, number>>
}

/** From `least` to below `most` milliseconds, by chance. */
export function someMs({ random }: Pick<World, 'random'>, least: number, most: number): number {
  return Math.floor(least + random() * (most - least))
}
