import type { Clock } from '../ports/clock.ts'
import { systemClock } from '../system-clock.ts'

/** What a command needs of the terminal and the process that it runs in. */
export interface Terminal {
  /** Standard output: the report alone. Resolves once it was taken. */
  readonly out: (text: string) => Promise<void>
  /** Standard error: progress, and what went wrong. */
  readonly error: (text: string) => void
  /** Columns of standard output; undefined where that is no terminal. */
  readonly outColumns: number | undefined
  /** Columns of standard error; undefined where that is no terminal. */
  readonly errorColumns: number | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Tells of each Ctrl-C, or of a request to end; answers what stops that. */
  readonly onInterrupt: (listener: () => void) => () => void
  /** Ends the process at once. */
  readonly leave: (code: number) => void
}

/** The process's own. */
export function processTerminal(): Terminal {
  return {
    out: (text) =>
      new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve()))),
    error: (text) => void process.stderr.write(text),
    outColumns: columnsOf(process.stdout),
    errorColumns: columnsOf(process.stderr),
    environment: process.env,
    clock: systemClock,
    onInterrupt(listener) {
      for (const signal of signals) process.on(signal, listener)
      return () => {
        for (const signal of signals) process.off(signal, listener)
      }
    },
    leave: (code) => process.exit(code),
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const

function columnsOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  return isTTY ? columns || 80 : undefined
}
