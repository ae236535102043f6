import type { Clock } from '../../ports/clock.ts'

/** Waits until something was queued, a time has passed, or the signal aborts. */
export async function changed(
  lane: { wake: () => void },
  signal: AbortSignal,
  ms: number | undefined,
  clock: Clock,
): Promise<void> {
  const timer = new AbortController()
  try {
    await new Promise<void>((resolve, reject) => {
      lane.wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true, signal: timer.signal })
      if (ms !== undefined) void clock.sleep(Math.max(0, ms), timer.signal).then(resolve, reject)
    })
  } finally {
    timer.abort('over') // without a reason each call makes an exception, and its stack
  }
}
