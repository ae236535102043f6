import type { Clock } from '../ports/clock.ts'
import { ending, type Ending } from './ending.ts'
import { leastMarginMs } from './defaults.ts'
import type { InvocationContext } from './lambda.ts'
import { watchdog, type Watchdog } from './watchdog.ts'

/** One run of a handler: its times on the monotonic clock, and what ends it. */
export interface Invocation {
  readonly clock: Clock
  /** Wall clock at the start. */
  readonly startedAt: number
  /** Monotonic clock at the start. */
  readonly start: number
  /** Deliveries end here; `Infinity` without a deadline. */
  readonly deliverUntil: number
  /** Parking ends here. */
  readonly settleUntil: number
  /** Nobody waits for an observer beyond; what is left belongs to the answer. */
  readonly observeUntil: number
  /** At `deliverUntil`, and at the end. */
  readonly cut: Ending
  /** After the answer nothing starts. */
  readonly over: Ending
  readonly watchdog: Watchdog
}

/** Runs work within the time that Lambda gives. Afterwards every signal is aborted and every timer cleared. */
export async function withinInvocation<T>(
  { clock, deadlineMarginMs }: { readonly clock: Clock; readonly deadlineMarginMs: number },
  context: InvocationContext | undefined,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const remaining = remainingMs(context)
  const margin = Math.min(Math.max(deadlineMarginMs, leastMarginMs), remaining / 2)
  const start = clock.monotonic()
  const cut = ending()
  const over = ending()
  const deliverUntil = start + remaining - margin
  const invocation: Invocation = {
    clock,
    startedAt: clock.now(),
    start,
    deliverUntil,
    settleUntil: start + remaining - margin / 4,
    observeUntil: start + remaining - margin / 8,
    cut,
    over,
    watchdog: watchdog(clock, over),
  }
  if (remaining === 0) cut.end()
  else if (remaining !== Infinity) invocation.watchdog.watch({ endsAt: () => deliverUntil, runOut: cut.end })
  try {
    return await work(invocation)
  } finally {
    over.end()
    cut.end()
  }
}

/** Whether deliveries must end, also by the clock: no timer fires while targets answer without a turn of the event loop. */
export function isCutAt({ cut, deliverUntil }: Invocation, now: number): boolean {
  return cut.hasEnded() || now >= deliverUntil
}

function remainingMs(context: InvocationContext | undefined): number {
  if (typeof context?.getRemainingTimeInMillis !== 'function') return Infinity
  try {
    const remaining = context.getRemainingTimeInMillis()
    return Number.isFinite(remaining) ? Math.max(0, remaining) : Infinity
  } catch {
    return Infinity // no clock of Lambda's, no deadline of its
  }
}
