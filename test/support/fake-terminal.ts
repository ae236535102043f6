import type { Clock } from 'dynamodb-stream-sync'
import type { Terminal } from '../../src/cli/terminal.ts'
import { runningClock } from './running-clock.ts'

/** A terminal that keeps what it was told. */
export interface FakeTerminal extends Terminal {
  readonly told: () => { readonly out: string; readonly error: string }
  /** Ctrl-C. */
  readonly interrupt: () => void
  readonly left: () => readonly number[]
}

export function fakeTerminal(facts: Partial<Omit<Terminal, 'clock'>> & { readonly clock?: Clock } = {}): FakeTerminal {
  let [out, error] = ['', '']
  const listeners = new Set<() => void>()
  const left: number[] = []
  return {
    out: async (text) => void (out += text),
    error: (text) => void (error += text),
    outColumns: undefined,
    errorColumns: undefined,
    environment: {},
    clock: runningClock(),
    onInterrupt(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    leave: (code) => void left.push(code),
    told: () => ({ out, error }),
    interrupt: () => listeners.forEach((listener) => listener()),
    left: () => left,
    ...facts,
  }
}
