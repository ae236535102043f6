import type { Clock } from 'dynamodb-stream-sync'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Virtual time that runs by itself: to the next sleeper, whenever nothing else is left to do in this turn. */
export function runningClock(start = Date.parse('2026-03-01T10:00:00Z')): Clock {
  let passed = 0
  let ticking = false
  const sleepers = new Set<Sleeper>()

  function tick(): void {
    ticking = false
    const [first] = [...sleepers].sort((a, b) => a.at - b.at)
    if (!first) return
    passed = Math.max(passed, first.at)
    first.wake()
    keepTicking()
  }

  function keepTicking(): void {
    if (ticking || sleepers.size === 0) return
    ticking = true
    setImmediate(tick)
  }

  return {
    now: () => start + passed,
    monotonic: () => passed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper: Sleeper = {
          at: passed + ms,
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        if (signal?.aborted) {
          resolve()
          return
        }
        signal?.addEventListener('abort', sleeper.wake, { once: true })
        sleepers.add(sleeper)
        keepTicking()
      }),
  }
}
