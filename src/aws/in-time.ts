import { untilAborted } from '../core/until-aborted.ts'
import type { Clock } from '../ports/clock.ts'

/** How a wait ended. */
export type InTime<Value> = { readonly value: Value } | 'aborted' | 'late'

/** Waits for work, but no longer than so many milliseconds, and not beyond the signal's abort. What the work throws is thrown. */
export async function inTime<Value>(
  clock: Pick<Clock, 'sleep'>,
  ms: number,
  signal: AbortSignal,
  work: Promise<Value>,
): Promise<InTime<Value>> {
  const done = new AbortController()
  const waiting = untilAborted(
    signal,
    work.then((value) => ({ value })),
  )
  const late = clock.sleep(ms, done.signal).then(
    () => 'late' as const,
    () => 'late' as const, // a clock may reject when it is told to stop
  )
  try {
    return (await Promise.race([waiting, late])) ?? 'aborted'
  } finally {
    done.abort()
  }
}
