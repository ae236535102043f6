import type { Clock } from './ports/clock.ts'

/** A clock that can also wake somebody without a signal, which costs several times less than a sleep that can be aborted. */
export interface AlarmClock extends Clock {
  /** Wakes once, after so many milliseconds or earlier; answers what takes it back. */
  readonly wakeAfter: (ms: number, wake: () => void) => () => void
}

/** The longest timer that `setTimeout` takes, in milliseconds: a longer one would fire at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const longestTimer = 2_147_483_647

const machine: AlarmClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, signal?.aborted ? 0 : ms)
      signal?.addEventListener('abort', done, { once: true })
      function done(): void {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
    }),
  wakeAfter(ms, wake) {
    const timer = setTimeout(wake, Math.min(ms, longestTimer))
    return () => clearTimeout(timer)
  },
}

/** The machine's own time. */
export const systemClock: Clock = machine

export function isAlarmClock(clock: Clock): clock is AlarmClock {
  return clock === machine
}
