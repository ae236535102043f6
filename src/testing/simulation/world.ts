import type { StreamRecord } from '../../core/stream-record.ts'
import type { DlqSink } from '../../ports/dlq.ts'
import type { WorldClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { ModelQueue } from './queue.ts'
import type { ModelTable } from './source.ts'
import type { Trace } from './trace.ts'

/** What a run has before its configuration is made. */
export interface Surroundings {
  readonly clock: WorldClock
  readonly random: () => number
  readonly faults: Faults
  readonly journal: Journal
  readonly trace: Trace
  readonly queue: ModelQueue
  /** Parks in the queue, with the faults of the run. */
  readonly dlq: DlqSink
}

/** All that one run is made of. */
export interface World extends Surroundings {
  readonly table: ModelTable
  /** By stream ARN, as the functions are configured now. */
  epochs: Readonly<Record<string, number>>
  /** Records were dropped, or a warehouse was falsified: only a reconcile can tell. */
  needsReconcile: boolean
  /** The configuration cannot be played: what was thrown where it was made. */
  refused: { readonly error: unknown } | undefined
}

/** From `least` to below `most` milliseconds, by chance. */
export function someMs({ random }: Pick<World, 'random'>, least: number, most: number): number {
  return Math.floor(least + random() * (most - least))
}

/** A record, for a person. */
export function nameOf({ table }: Pick<World, 'table'>, record: StreamRecord): string {
  const write = table.writeOf(record)
  if (!write) return record.eventID ?? 'a record'
  return `write ${String(write.index)} of ${write.key} (${record.eventName ?? ''})`
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
