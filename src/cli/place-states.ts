import type { Clock } from '../ports/clock.ts'
import type { PlaceProgress } from './progress-lines.ts'

/** How far the reading of each place is, as it is told. */
export interface PlaceStates {
  readonly rows: (place: string, count: number) => void
  readonly ended: (place: string) => void
  /** How many rows a place is thought to have. */
  readonly expect: (place: string, rows: number) => void
  /** As of now: to be asked a few times a second. */
  readonly now: () => { readonly places: readonly PlaceProgress[]; readonly elapsedMs: number }
}

const recentMs = 5_000

interface State {
  readonly name: string
  rows: number
  expected: number | undefined
  ended: number | undefined
  /** When how many rows had come. */
  seen: readonly (readonly [at: number, rows: number])[]
}

export function placeStates(names: readonly string[], clock: Clock): PlaceStates {
  const start = clock.monotonic()
  const begun = (name: string): State => ({ name, rows: 0, expected: undefined, ended: undefined, seen: [[start, 0]] })
  const states = new Map(names.map((name) => [name, begun(name)]))
  const change = (place: string, how: (state: State) => void): void => {
    const state = states.get(place)
    if (state) how(state)
  }
  return {
    rows: (place, count) => change(place, (state) => void (state.rows += count)),
    ended: (place) => change(place, (state) => void (state.ended ??= clock.monotonic() - start)),
    expect: (place, rows) => change(place, (state) => void (state.expected = rows)),
    now() {
      const now = clock.monotonic()
      return { places: [...states.values()].map((state) => progressOf(state, now)), elapsedMs: now - start }
    },
  }
}

/** Remembers what was seen in the last few seconds, and forgets the rest. */
function progressOf(state: State, now: number): PlaceProgress {
  const { name, rows, expected, ended } = state
  const seen = [...state.seen, [now, rows] as const]
  state.seen = seen.filter(([at], index) => at >= now - recentMs || index === seen.length - 1)
  const [first] = state.seen
  const recent = first ? { rows: rows - first[1], ms: now - first[0] } : { rows: 0, ms: 0 }
  return { name, rows, expected, recent, ended }
}
