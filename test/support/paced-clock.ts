import type { Clock } from 'dynamodb-stream-sync'

/** Turns of the event loop that a pause takes, so that whatever is ready goes first. */
const turns = 20

/**
 * Virtual time next to real input and output: the pauses that `passes` accepts are over after some turns of the event
 * loop, and time has moved on; others, such as time-outs, end with their signal only.
 */
export function pacedClock(passes: (ms: number) => boolean): Clock {
  let passed = 0
  return {
    now: () => Date.parse('2026-03-01T10:00:00Z') + passed,
    monotonic: () => passed,
    async sleep(ms, signal) {
      const aborted = new Promise<void>((resolve) => {
        if (signal?.aborted) resolve()
        else signal?.addEventListener('abort', () => resolve(), { once: true })
      })
      const over = async () => {
        for (let turn = 0; turn < turns && !signal?.aborted; turn++)
          await new Promise((resolve) => setImmediate(resolve))
        if (!signal?.aborted) passed += ms
      }
      await Promise.race(passes(ms) ? [aborted, over()] : [aborted])
    },
  }
}
