import pRetry from 'p-retry'
import type { SyncError } from '../errors.ts'
import { longestRetryAfterMs } from './defaults.ts'
import type { Invocation } from './invocation.ts'
import type { Route, Sync } from './sync.ts'

interface Retrying<Item> {
  readonly route: Route<Item>
  readonly sync: Sync<Item>
  readonly invocation: Invocation
  /** Attempts made so far. */
  readonly attempt: number
  /** What is still unavailable; empty: done. */
  readonly failures: () => readonly SyncError[]
  readonly again: (attempt: number) => Promise<void>
}

/**
 * Tries again, with full jitter, until nothing is unavailable, attempts run out, the breaker opens or a pause would
 * outlast the deadline. Answers the attempts made.
 */
export async function retryWithPauses<Item>({
  route,
  sync,
  invocation,
  attempt,
  failures,
  again,
}: Retrying<Item>): Promise<number> {
  const { maxAttempts } = route.retry
  let made = attempt
  const pause = (): Promise<boolean> => pauseBefore(made, failures(), route, sync, invocation)
  if (made >= maxAttempts || !(await pause())) return made
  const once = async (): Promise<void> => {
    made++
    await again(made)
    const [error] = failures()
    if (error) throw error
  }
  // All options are given: with some of them left out, a call costs twenty times more. The pauses are ours, on the clock.
  await pRetry(once, {
    retries: maxAttempts - made - 1,
    minTimeout: 0,
    maxTimeout: 0,
    factor: 1,
    maxRetryTime: Infinity,
    randomize: false,
    unref: false,
    onFailedAttempt: nothing,
    shouldConsumeRetry: always,
    shouldRetry: pause,
  }).catch(nothing) // what is left unavailable stands in `failures`
  return made
}

/** Waits before the next attempt; false: there is no point in one. */
async function pauseBefore<Item>(
  made: number,
  failures: readonly SyncError[],
  { retry, breaker }: Route<Item>,
  { random }: Sync<Item>,
  { clock, deliverUntil, cut }: Invocation,
): Promise<boolean> {
  const asked = Math.max(0, ...failures.map(retryAfterOf))
  const bound = Math.min(retry.maxDelayMs, retry.minDelayMs * 2 ** (made - 1))
  const delay = Math.max(asked, random() * bound)
  const hopeless = (): boolean => cut.hasEnded() || breaker?.isOpen(clock.monotonic()) === true
  if (hopeless() || asked > longestRetryAfterMs || delay >= deliverUntil - clock.monotonic()) return false
  await clock.sleep(delay, cut.signal()).catch(nothing)
  return !hopeless()
}

function retryAfterOf(error: SyncError): number {
  const asked = 'retryAfterMs' in error ? error.retryAfterMs : 0
  return typeof asked === 'number' && asked > 0 ? asked : 0
}

const nothing = (): void => undefined
const always = (): boolean => true
