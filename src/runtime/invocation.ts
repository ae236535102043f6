import { setMaxListeners } from 'node:events'
import type { Clock } from '../ports/clock.ts'
import type { InvocationContext } from './lambda.ts'

/** One run of a handler: its times on the monotonic clock, and what ends it. */
export interface Invocation {
  readonly clock: Clock
  /** Wall clock at the start. */
  readonly startedAt: number
  /** Deliveries end here; `Infinity` without a deadline. */
  readonly deliverUntil: number
  /** Parking ends here, and what is left belongs to the observers. */
  readonly settleUntil: number
  /** Aborts at `deliverUntil`, and at the end. */
  readonly cut: AbortSignal
  /** Aborts at the end: after the answer nothing starts. */
  readonly over: AbortSignal
}

/** Runs work within the time that Lambda gives. Afterwards every signal is aborted and every timer cleared. */
export async function withinInvocation<T>(
  { clock, deadlineMarginMs }: { readonly clock: Clock; readonly deadlineMarginMs: number },
  context: InvocationContext | undefined,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const remaining = remainingMs(context)
  const margin = Math.min(deadlineMarginMs, remaining / 2)
  const start = clock.monotonic()
  const cut = new AbortController()
  const over = new AbortController()
  setMaxListeners(0, cut.signal, over.signal) // every call and pause under way listens
  const invocation = {
    clock,
    startedAt: clock.now(),
    deliverUntil: start + remaining - margin,
    settleUntil: start + remaining - margin / 4,
    cut: cut.signal,
    over: over.signal,
  }
  if (remaining === 0) cut.abort()
  else if (remaining !== Infinity) {
    const cutOff = (): void => cut.abort()
    void clock.sleep(remaining - margin, over.signal).then(cutOff, cutOff)
  }
  try {
    return await work(invocation)
  } finally {
    over.abort()
    cut.abort()
  }
}

function remainingMs(context: InvocationContext | undefined): number {
  if (typeof context?.getRemainingTimeInMillis !== 'function') return Infinity
  const remaining = context.getRemainingTimeInMillis()
  return Number.isFinite(remaining) ? Math.max(0, remaining) : Infinity
}
