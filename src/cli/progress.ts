import { placeStates, type PlaceStates } from './place-states.ts'
import { progressLines } from './progress-lines.ts'
import type { Terminal } from './terminal.ts'

/** Told of what is read. */
export interface Progress extends Pick<PlaceStates, 'rows' | 'ended' | 'expect'> {
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

/** Draws how far each place is on the terminal's standard error, five times a second, until it is stopped. */
export function drawnProgress({ clock, error, errorColumns = 80 }: Terminal, names: readonly string[]): Progress {
  const states = placeStates(names, clock)
  const stopped = new AbortController()
  let drawn = 0

  async function keepDrawing(): Promise<void> {
    for (;;) {
      await clock.sleep(everyMs, stopped.signal).catch(() => undefined)
      if (stopped.signal.aborted) return
      const { places, elapsedMs } = states.now()
      const lines = progressLines(places, elapsedMs, errorColumns)
      error(`${erased(drawn)}${lines.join('\n')}\n`)
      drawn = lines.length
    }
  }
  void keepDrawing()

  return {
    ...states,
    stop() {
      stopped.abort()
      error(erased(drawn))
      drawn = 0
    },
  }
}

/** Up so many lines, and nothing below. https://man7.org/linux/man-pages/man4/console_codes.4.html */
function erased(lines: number): string {
  return lines === 0 ? '' : `\x1b[${lines}A\x1b[J`
}
