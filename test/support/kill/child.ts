import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a process of these tests may tell its parent. */
export type ChildMessage =
  | { readonly type: 'ready'; readonly url: string }
  /** It has carried out the write that it was told to halt at, and answers nothing any more. */
  | { readonly type: 'halted' }
  | { readonly type: 'finished'; readonly handled: number }

/** A process of its own, that can be killed like any other. */
export interface Child {
  /** Sends SIGKILL at once. */
  readonly kill: () => void
  /** Resolves with the first message of that type; rejects when the process ends without. */
  readonly told: <T extends ChildMessage['type']>(type: T) => Promise<Extract<ChildMessage, { readonly type: T }>>
  /** The signal that ended it, or its exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>
}

const running = new Set<ChildProcess>()
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Starts `<name>-process.ts` of this folder; it reads its task with {@link task}. */
export function startChild(name: string, task: object): Child {
  const path = fileURLToPath(new URL(`./${name}-process.ts`, import.meta.url))
  const env = { ...process.env, NODE_NO_WARNINGS: '1' }
  const child = fork(path, [JSON.stringify(task)], { cwd: root, execArgv: ['--import', 'tsx'], env })
  running.add(child)
  const messages: ChildMessage[] = []
  child.on('message', (message) => messages.push(message as ChildMessage))
  const ended = new Promise<NodeJS.Signals | number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      running.delete(child)
      resolve(signal ?? code)
    })
  })
  ended.catch(() => undefined) // whoever awaits it gets the error
  return {
    kill: () => void child.kill('SIGKILL'),
    ended,
    told: (type) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = messages.find((message) => message.type === type)
          if (found) resolve(found as Extract<ChildMessage, { readonly type: typeof type }>)
        }
        look()
        child.on('message', look)
        const without = (how: unknown) => reject(new Error(`${name} ended (${String(how)}) and was not ${type}.`))
        child.once('close', without) // after the last message
        if (child.exitCode !== null || child.signalCode !== null) without(child.signalCode ?? child.exitCode)
      }),
  }
}

/** Ends what a failed test left behind. */
export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** In the child: what it was started for. The child does not outlive its parent. */
export function task(): unknown {
  process.on('disconnect', () => process.exit(1))
  return JSON.parse(process.argv[2] ?? '')
}

/** In the child: tells the parent. */
export function tell(message: ChildMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, undefined, undefined, (error) => (error ? reject(error) : resolve()))
  })
}
