import assert from 'node:assert/strict'
import type { Clock } from '../../ports/clock.ts'

/** Waits 5 s for what should end soon. */
export async function inTime<T>(clock: Clock, work: Promise<T>, said: string): Promise<T> {
  const done = new AbortController()
  const late = clock.sleep(5_000, done.signal).then((): never => assert.fail(said))
  late.catch(() => undefined) // it ends as a loser, too
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}
