import type { ChildProcess } from 'node:child_process'

/** Ends what the demo started, in reverse order, also when it is interrupted. */
export interface Cleanup {
  /** Kills a process at the end, also at the end of this one. */
  readonly kill: (child: ChildProcess) => void
  readonly add: (end: () => unknown) => void
  readonly run: () => Promise<void>
}

export function cleanupList(): Cleanup {
  const ends: (() => unknown)[] = []
  const children: ChildProcess[] = []
  const killAll = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  process.once('exit', killAll)
  return {
    kill: (child) => {
      children.push(child)
    },
    add: (end) => {
      ends.push(end)
    },
    run: async () => {
      for (const end of ends.splice(0).reverse()) await Promise.resolve(end()).catch(() => undefined)
      killAll()
    },
  }
}
