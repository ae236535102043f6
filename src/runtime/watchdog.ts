import type { Clock } from '../ports/clock.ts'
import { isAlarmClock } from '../system-clock.ts'
import type { Ending } from './ending.ts'

/** Something whose time may run out. Methods only: an accessor in a literal keeps what it closes over until a major collection. */
export interface Watched {
  /** On the monotonic clock; `Infinity` while nothing is under way. */
  readonly endsAt: () => number
  readonly runOut: () => void
}

/** Watches everything that an invocation waits for, with one timer. */
export interface Watchdog {
  readonly watch: (watched: Watched) => void
  readonly release: (watched: Watched) => void
  /** Tells that something watched now ends at this time. */
  readonly expect: (endsAt: number) => void
}

export function watchdog(clock: Clock, over: Ending): Watchdog {
  const all = new Set<Watched>()
  const alarm = alarmOf(clock, over)
  let wakesAt = Infinity

  function expect(endsAt: number): void {
    if (endsAt >= wakesAt || over.hasEnded()) return
    wakesAt = endsAt
    alarm(Math.max(0, endsAt - clock.monotonic()), () => look(endsAt))
  }
  function look(planned: number): void {
    if (over.hasEnded()) return
    if (planned === wakesAt) wakesAt = Infinity
    const now = clock.monotonic()
    for (const watched of [...all]) if (watched.endsAt() <= now && all.delete(watched)) watched.runOut()
    let next = Infinity
    for (const { endsAt } of all) next = Math.min(next, endsAt())
    expect(next)
  }
  return {
    watch(watched) {
      all.add(watched)
      expect(watched.endsAt())
    },
    release: (watched) => void all.delete(watched),
    expect,
  }
}

/** Wakes once after a while, and never after the end. */
function alarmOf(clock: Clock, over: Ending): (ms: number, wake: () => void) => void {
  if (!isAlarmClock(clock)) return (ms, wake) => void clock.sleep(ms, over.signal()).then(wake, wake)
  let cancel: (() => void) | undefined
  over.onEnd(() => cancel?.())
  return (ms, wake) => {
    cancel?.() // the new one is earlier
    cancel = clock.wakeAfter(ms, wake)
  }
}
