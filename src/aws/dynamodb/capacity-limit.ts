import type { Clock } from '../../ports/clock.ts'

/** Holds the pages of one snapshot to so many read capacity units a second, however many segments are read at once. */
export interface CapacityLimit {
  /** Waits until a page may be asked for, or the signal aborts. */
  readonly take: (signal: AbortSignal) => Promise<CapacityShare>
}

/** What one page may cost. */
export interface CapacityShare {
  /** How many rows the page may hold: about one second's share of one segment. */
  readonly rows: number
  /** What so many rows did cost. Undefined: nobody said, and what was set aside counts. */
  readonly settle: (units: number | undefined, rows: number) => void
}

type Pacing = Pick<Clock, 'monotonic' | 'sleep'>

/**
 * A bucket that fills with `unitsPerSecond` up to one second's worth. What a page costs is known only afterwards: a page
 * that cost more than was set aside is paid back before the next one. The first page holds one row, and each one after it
 * as many as cost about one second's share, by what the last page cost. So a burst is one second's worth, and at most one
 * row's more for each segment: 100 units for 400 KB.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html
 */
export function capacityLimit(unitsPerSecond: number, segments: number, clock: Pacing): CapacityLimit {
  const bucket = filling(unitsPerSecond, clock)
  const pages = pageSize(unitsPerSecond / segments)
  let turn: Promise<unknown> = Promise.resolve()

  const share = async (signal: AbortSignal): Promise<CapacityShare> => {
    const { rows, units: expected } = pages.next()
    const setAside = Math.min(expected, unitsPerSecond)
    await bucket.take(setAside, signal)
    return {
      rows,
      settle: (units, read) => {
        if (units === undefined) return
        bucket.giveBack(setAside - units)
        if (read > 0) pages.learn(units / read)
      },
    }
  }
  return {
    take(signal) {
      const mine = turn.then(() => share(signal)) // one after the other, in the order of asking
      turn = mine
      return mine
    },
  }
}

interface Bucket {
  readonly take: (units: number, signal: AbortSignal) => Promise<void>
  /** Fewer than none: more was spent than was taken. */
  readonly giveBack: (units: number) => void
}

function filling(unitsPerSecond: number, clock: Pacing): Bucket {
  let level = unitsPerSecond
  let filledAt = clock.monotonic()
  const fill = (): void => {
    const now = clock.monotonic()
    level = Math.min(unitsPerSecond, level + ((now - filledAt) / 1_000) * unitsPerSecond)
    filledAt = now
  }
  return {
    async take(units, signal) {
      for (;;) {
        fill()
        if (level >= units || signal.aborted) break
        const ms = Math.max(1, Math.ceil(((units - level) / unitsPerSecond) * 1_000))
        await clock.sleep(ms, signal).catch(() => undefined) // a clock may reject when the signal aborts
      }
      level -= units
    },
    giveBack(units) {
      fill()
      level += units
    },
  }
}

/** A page holds at most so many times the rows of the one before. */
const growth = 10

/** A page of more rows would hit DynamoDB's own limit of 1 MB first. */
const mostRows = 100_000

/** How many rows come to about so many units. */
function pageSize(unitsPerPage: number): {
  readonly next: () => { readonly rows: number; readonly units: number }
  readonly learn: (unitsPerRow: number) => void
} {
  let rows = 1
  let unitsPerRow = 1
  return {
    next: () => ({ rows, units: rows * unitsPerRow }),
    learn(told) {
      unitsPerRow = Math.max(told, 0.001)
      rows = Math.max(1, Math.min(Math.floor(unitsPerPage / unitsPerRow), rows * growth, mostRows))
    },
  }
}
