import type { DeadLetter } from '../core/dead-letter.ts'
import { isSyncError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { DlqSink } from '../ports/dlq.ts'
import { systemClock } from '../system-clock.ts'
import { faultyAttempts, type Fault } from './faults.ts'

/** How a dead-letter queue in memory behaves. */
export interface MemoryDlqOptions {
  /** One per call of `send`, in order; then all is well. `rejected` answers each letter with an error. Default: none. */
  readonly faults?: readonly Fault[] | undefined
  /** What `delayMs` waits on. Default: the machine's. */
  readonly clock?: Clock | undefined
}

/** A dead-letter queue in memory, and what it holds. */
export type MemoryDlq = DlqSink & {
  /** What was parked, in order. */
  readonly letters: () => readonly DeadLetter[]
}

/**
 * A dead-letter queue in memory, as faulty as told.
 *
 * @example
 * const dlq = memoryDlq({ faults: ['unavailable'] })
 *
 * @throws ConfigError for a fault that there is none of.
 */
export function memoryDlq({ faults = [], clock = systemClock }: MemoryDlqOptions = {}): MemoryDlq {
  const attempt = faultyAttempts(faults, clock)
  const parked: DeadLetter[] = []
  return {
    send: async (letters, { signal }) => {
      try {
        return await attempt(signal, () => {
          parked.push(...letters)
          return letters.map(() => 'parked' as const)
        })
      } catch (error) {
        if (isSyncError(error, 'TARGET_REJECTED')) return letters.map(() => error)
        throw error
      }
    },
    letters: () => [...parked],
  }
}
