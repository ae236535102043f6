import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cleanup } from './cleanup.ts'
import { freePort } from './servers.ts'

/** A warehouse in a process of its own, that can be killed and started again. */
export interface WarehouseProcess {
  readonly url: string
  /** `kill -9`. */
  readonly kill: () => Promise<void>
  /** On the same port, with what it had stored. */
  readonly restart: () => Promise<void>
}

/** Starts one; its journal lives in the folder. */
export async function startWarehouse(
  name: string,
  mood: 'steady' | 'flaky',
  folder: string,
  cleanup: Cleanup,
): Promise<WarehouseProcess> {
  const port = await freePort()
  const start = async () => {
    const file = fileURLToPath(new URL('warehouse-process.ts', import.meta.url))
    const child = fork(file, [String(port), join(folder, `${name}.journal`), mood])
    cleanup.kill(child)
    const ended = once(child, 'exit').then(() => {
      throw new Error(`The warehouse "${name}" ended while it started.`)
    })
    await Promise.race([once(child, 'message'), ended])
    ended.catch(() => undefined) // it ends some day
    return child
  }
  let running: ChildProcess = await start()
  return {
    url: `http://127.0.0.1:${port}`,
    kill: async () => {
      const gone = once(running, 'exit')
      running.kill('SIGKILL')
      await gone
    },
    restart: async () => {
      running = await start()
    },
  }
}
