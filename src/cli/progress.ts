import { progressLines, type PlaceProgress } from './progress-lines.ts'
import type { Terminal } from './terminal.ts'

/** Told of what is read. */
export interface Progress {
  readonly rows: (place: string, count: number) => void
  readonly ended: (place: string) => void
  /** How many rows a place is thought to have. */
  readonly expect: (place: string, rows: number) => void
  /** Takes the lines away again. */
  readonly stop: () => void
}

/** For where nobody watches. */
export const noProgress: Progress = {
  rows: () => undefined,
  ended: () => undefined,
  expect: () => undefined,
  stop: () => undefined,
}

const everyMs = 200
const recentMs = 5_000

interface State {
  readonly name: string
  rows: number
  expected: number | undefined
  ended: number | undefined
  /** When how many rows had come. */
  seen: readonly (readonly [at: number, rows: number])[]
}

/** Draws how far each place is on the terminal's standard error, five times a second, until it is stopped. */
export function drawnProgress(terminal: Terminal, names: readonly string[]): Progress {
  const { clock, error } = terminal
  const width = terminal.errorColumns ?? 80
  const start = clock.monotonic()
  const states = new Map(
    names.map((name): [string, State] => [
      name,
      { name, rows: 0, expected: undefined, ended: undefined, seen: [[start, 0]] },
    ]),
  )
  const stopped = new AbortController()
  let drawn = 0

  function draw(): void {
    const now = clock.monotonic()
    const lines = progressLines(
      [...states.values()].map((state) => progressOf(state, now)),
      now - start,
      width,
    )
    error(`${erased(drawn)}${lines.join('\n')}\n`)
    drawn = lines.length
  }
  async function keepDrawing(): Promise<void> {
    for (;;) {
      await clock.sleep(everyMs, stopped.signal).catch(() => undefined)
      if (stopped.signal.aborted) return
      draw()
    }
  }
  void keepDrawing()

  const change = (place: string, how: (state: State) => void): void => {
    const state = states.get(place)
    if (state) how(state)
  }
  return {
    rows: (place, count) => change(place, (state) => void (state.rows += count)),
    ended: (place) => change(place, (state) => void (state.ended ??= clock.monotonic() - start)),
    expect: (place, rows) => change(place, (state) => void (state.expected = rows)),
    stop() {
      stopped.abort()
      error(erased(drawn))
      drawn = 0
    },
  }
}

function progressOf(state: State, now: number): PlaceProgress {
  const { name, rows, expected, ended } = state
  state.seen = [...state.seen, [now, rows] as const].filter(
    ([at], index, all) => at >= now - recentMs || index === all.length - 1,
  )
  const [first] = state.seen
  const recent = first ? { rows: rows - first[1], ms: now - first[0] } : { rows: 0, ms: 0 }
  return { name, rows, expected, recent, ended }
}

/** Up so many lines, and nothing below. https://man7.org/linux/man-pages/man4/console_codes.4.html */
function erased(lines: number): string {
  return lines === 0 ? '' : `\x1b[${lines}A\x1b[J`
}
