import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { FuzzResult } from './fuzz.ts'
import type { BuiltDecoders } from './instrumented.ts'
import { countOf, inputOf, newNotedInput } from './noted-input.ts'
import type { FuzzTask } from './thread.ts'

export interface WatchOptions {
  /** Milliseconds after which an execution counts as one that never ends. */
  readonly endlessMs?: number
  /** Megabytes of heap that are too many. */
  readonly mostMegabytes?: number
  /** Told five times a second how many executions there were. */
  readonly onProgress?: (executions: number) => void
}

export interface WatchedFuzz {
  /** One at a time. */
  readonly fuzz: (task: FuzzTask) => Promise<FuzzResult>
  readonly stop: () => Promise<void>
}

/** Fuzzes in a thread: what never ends, or takes all memory, ends that thread and is a finding like any other. */
export function watchedFuzz({ decoders, thread: path }: BuiltDecoders, options: WatchOptions = {}): WatchedFuzz {
  const { endlessMs = 20_000, mostMegabytes = 512, onProgress } = options
  const input = newNotedInput()
  let running: Worker | undefined

  async function start(): Promise<Worker> {
    const resourceLimits = { maxOldGenerationSizeMb: mostMegabytes }
    const worker = new Worker(path, { workerData: { decoders, input }, resourceLimits, execArgv: [] })
    await once(worker, 'message')
    return worker
  }

  /** Resolves when nothing new was begun for so long. */
  async function stuck(signal: AbortSignal): Promise<string> {
    let seen = -1
    for (let since = performance.now(); ;) {
      const count = countOf(input)
      onProgress?.(count)
      if (count !== seen) since = performance.now()
      else if (performance.now() - since > endlessMs) return 'It does not end.'
      seen = count
      await setTimeout(200, undefined, { signal })
    }
  }

  async function fuzz(task: FuzzTask): Promise<FuzzResult> {
    running ??= await start()
    input.counts.fill(0)
    const done = new AbortController()
    const { signal } = done
    running.postMessage(task)
    try {
      const answered = once(running, 'message', { signal }).then(([result]) => result as FuzzResult, outOfMemory)
      const outcome = await Promise.race([answered, stuck(signal)])
      if (typeof outcome !== 'string') return outcome
      const findings = new Map([[outcome, inputOf(input)]])
      await stop()
      return { executions: countOf(input), branches: 0, corpus: [], findings }
    } finally {
      done.abort()
    }
  }

  async function stop(): Promise<void> {
    await running?.terminate()
    running = undefined
  }

  return { fuzz, stop }
}

function outOfMemory(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') return 'It takes all memory.'
  throw error
}
