import type { Clock } from '../../ports/clock.ts'

/** What happened in a run, for a person, and how often each kind of thing happened. */
export interface Journal {
  readonly note: (who: string, what: string) => void
  /** Counts a fault or an interleaving that took place. */
  readonly count: (kind: string) => void
  readonly lines: () => readonly string[]
  readonly counts: ReadonlyMap<string, number>
}

export function journal(clock: Clock): Journal {
  const notes: { readonly at: number; readonly who: string; readonly what: string }[] = []
  const counts = new Map<string, number>()
  return {
    note: (who, what) => void notes.push({ at: clock.monotonic(), who, what }),
    count: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    lines() {
      const width = Math.max(0, ...notes.map(({ who }) => who.length))
      return notes.map(({ at, who, what }) => `${seconds(at).padStart(10)}  ${who.padEnd(width)}  ${what}`)
    },
    counts,
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`
}
