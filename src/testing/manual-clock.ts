import type { Clock } from '../ports/clock.ts'
import { defaultStart } from './stream-record.ts'

/** Time that moves only when told; `settle` runs it forward until the work is done. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms`, timer by timer, and lets everything run that wakes up. */
  readonly advance: (ms: number) => Promise<void>
  /**
   * Runs time forward, from timer to timer, until `work` is done, and answers with its outcome. Time moves only when
   * nothing else is left to run; work must not wait for real input or output.
   *
   * @throws Error when the work waits for something that is not this clock: it would wait for ever.
   */
  readonly settle: <T>(work: Promise<T>) => Promise<T>
}

interface Timer {
  readonly at: number
  readonly fire: () => void
}

/** Turns of the event loop: enough for everything that is ready, then for what comes from threads, as an import. */
const turnsBeforeTime = 10
const turnsBeforeStuck = 50_000

const immediate = setImmediate // the real one, whatever a test puts in its place later

/**
 * A clock for tests. It starts at 2026-03-01T10:00:00Z, where the records of `streamEvent` are created, unless told
 * otherwise. A sleep ends early, and never rejects, when its signal aborts.
 *
 * @example
 * const clock = manualClock()
 * const response = await clock.settle(handler(event))
 */
export function manualClock(start: Date = defaultStart): ManualClock {
  const timers = new Set<Timer>()
  const startedAt = start.getTime()
  let passed = 0

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve()
        return
      }
      const timer = { at: passed + (ms > 0 ? ms : 0), fire }
      timers.add(timer)
      signal?.addEventListener('abort', fire, { once: true })
      function fire(): void {
        timers.delete(timer)
        signal?.removeEventListener('abort', fire)
        resolve()
      }
    })
  }

  /** Fires the first timer up to `until`, the earlier set one first. */
  function step(until: number): boolean {
    let next: Timer | undefined
    for (const timer of timers) if (timer.at <= until && (!next || timer.at < next.at)) next = timer
    if (!next) return false
    passed = next.at
    next.fire()
    return true
  }

  async function advance(ms: number): Promise<void> {
    const end = passed + ms
    await turns(turnsBeforeTime)
    while (step(end)) await turns(turnsBeforeTime)
    passed = end
  }

  async function settle<T>(work: Promise<T>): Promise<T> {
    let done = false
    const isDone = () => done
    const finish = () => {
      done = true
    }
    work.then(finish, finish)
    for (;;) {
      await turns(turnsBeforeTime, isDone)
      if (!isDone() && step(Number.MAX_VALUE)) continue
      await turns(turnsBeforeStuck, () => isDone() || hasTimer())
      if (isDone()) return work
      if (!hasTimer()) throw stuck()
    }
  }

  function hasTimer(): boolean {
    for (const { at } of timers) if (at !== Infinity) return true
    return false
  }

  return { now: () => startedAt + passed, monotonic: () => passed, sleep, advance, settle }
}

/** Lets callbacks and promises run for some turns of the event loop, or until there is no need. */
async function turns(count: number, enough?: () => boolean): Promise<void> {
  for (let turn = 0; turn < count && !enough?.(); turn++) await new Promise((resolve) => immediate(resolve))
}

function stuck(): Error {
  return new Error(
    'settle: the work waits for something that is not this clock. Hand the clock to everything that waits, give what ' +
      'hangs a timeout, and keep real timers, files and sockets out of it.',
  )
}
