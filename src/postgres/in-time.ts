import { TargetUnavailableError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'

/** What bounds a wait. */
export interface Limits {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Waits for some work, but no longer than its time, or until the signal aborts. The work itself goes on: end it. */
export async function inTime<T>(work: Promise<T>, timeoutMs: number, { clock, signal }: Limits): Promise<T> {
  const settled = new AbortController()
  let stop = (): void => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(outOfTime())
  })
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  clock.sleep(timeoutMs, settled.signal).then(stop, stop) // once the work has settled, nobody hears it
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
    settled.abort()
  }
}

export function outOfTime(): TargetUnavailableError {
  return new TargetUnavailableError('The time was up before PostgreSQL had answered.')
}
