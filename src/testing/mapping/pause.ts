import type { Clock } from '../../ports/clock.ts'

/** Waits on the clock, or until the signal aborts, whichever of the two ways a clock has to say so. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!isAborted(signal)) throw error
  }
}

/** A function, so that the compiler does not take the signal for unchanged across an await. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
