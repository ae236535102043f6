import { isSyncError, type SyncError } from '../errors.ts'
import type { CallContext } from '../ports/target.ts'
import { attemptsAt, type Attempted } from '../runtime/attempts.ts'
import { defaults, longestRetryAfterMs, portTimeoutMs } from '../runtime/defaults.ts'
import type { Invocation } from '../runtime/invocation.ts'
import type { Route, Sync } from '../runtime/sync.ts'

/** Asks one place, again while it is unavailable and its retries last. */
export type Ask = <T>(call: (context: CallContext) => Promise<T>) => Promise<Attempted<T>>

type Place = Pick<Route<never>, 'name' | 'timeoutMs' | 'retry'>

export const tablePlace: Place = { name: 'table', timeoutMs: portTimeoutMs, retry: defaults }

export function askAt<Item>(place: Place, { random }: Sync<Item>, invocation: Invocation): Ask {
  const { clock, deliverUntil, cut } = invocation
  const attempts = attemptsAt(place, invocation, deliverUntil, cut)
  const { maxAttempts, minDelayMs, maxDelayMs } = place.retry
  return async (call) => {
    for (let attempt = 1; ; attempt++) {
      const result = await attempts.run(attempt, call)
      if (!isSyncError(result.error, 'TARGET_UNAVAILABLE') || attempt >= maxAttempts) return result
      const asked = restOf(result.error)
      const pause = Math.max(asked, random() * Math.min(maxDelayMs, minDelayMs * 2 ** (attempt - 1)))
      if (asked > longestRetryAfterMs || pause >= deliverUntil - clock.monotonic()) return result
      await clock.sleep(pause, cut.signal()).catch(() => undefined)
    }
  }
}

function restOf(error: SyncError): number {
  const asked: unknown = 'retryAfterMs' in error ? error.retryAfterMs : undefined
  return typeof asked === 'number' ? asked : 0
}
