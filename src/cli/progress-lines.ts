import { counted, durationText, numberText } from '../reconcile/report/number-text.ts'
import { cutText, shownText, widthOf } from '../reconcile/report/shown-text.ts'

/** How far the reading of one place is. */
export interface PlaceProgress {
  readonly name: string
  readonly rows: number
  /** How many rows it is thought to have. */
  readonly expected: number | undefined
  /** Rows and milliseconds of the last few seconds. */
  readonly recent: { readonly rows: number; readonly ms: number }
  /** Milliseconds that it took; undefined while it goes on. */
  readonly ended: number | undefined
}

const longestName = 24

/**
 * One line for each place, none wider than the terminal: rows, rows a second, and the time that is left. Places that are
 * compared elsewhere, in DuckDB, tell nothing of their rows.
 */
export function progressLines(places: readonly PlaceProgress[], elapsedMs: number, width: number): readonly string[] {
  if (places.every(({ rows, ended }) => rows === 0 && ended === undefined))
    return [cutText(`Comparing, ${durationText(elapsedMs)} so far`, width)]
  const names = places.map(({ name }) => shownText(name, longestName))
  const widest = names.reduce((most, name) => Math.max(most, widthOf(name)), 0)
  const counts = places.map(({ rows }) => counted(rows, 'row'))
  const longest = counts.reduce((most, count) => Math.max(most, count.length), 0)
  const lines = places.map((place, index) => {
    const name = names[index] ?? ''
    return `${name}${' '.repeat(widest - widthOf(name))}  ${(counts[index] ?? '').padStart(longest)}  ${stateOf(place)}`
  })
  const isRead = places.length > 0 && places.every(({ ended }) => ended !== undefined)
  const all = isRead ? [...lines, `Looking again at what differs, ${durationText(elapsedMs)} so far`] : lines
  return all.map((line) => cutText(line.trimEnd(), width))
}

function stateOf({ rows, expected, recent, ended }: PlaceProgress): string {
  if (ended !== undefined) return `in ${durationText(ended)}`
  if (recent.ms <= 0) return ''
  const perSecond = (1_000 * recent.rows) / recent.ms
  const rate = `${numberText(rounded(perSecond))} rows/s`
  if (expected === undefined || rows >= expected || perSecond < 1) return rate
  return `${rate}, about ${leftText((expected - rows) / perSecond)} left`
}

/** To three digits: more of them would flicker. */
function rounded(number: number): number {
  return Math.round(Number(number.toPrecision(3)))
}

function leftText(seconds: number): string {
  return seconds < 59 ? `${numberText(Math.ceil(seconds))} s` : durationText(1_000 * Math.ceil(seconds))
}
