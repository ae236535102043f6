import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { fuzz, type FuzzResult } from './fuzz.ts'
import type { Instrumented } from './instrumented.ts'
import { noted, type NotedInput } from './noted-input.ts'

/** What a thread is asked for: so many executions, or so many milliseconds. */
export interface FuzzTask {
  readonly decoder: string
  readonly seed: number
  readonly inputs: readonly string[]
  readonly executions?: number | undefined
  readonly milliseconds?: number | undefined
  readonly slowMs?: number | undefined
}

export interface ThreadData {
  /** The file of the decoders, instrumented. */
  readonly decoders: string
  readonly input: NotedInput
}

interface Coverage {
  readonly b: Readonly<Record<string, number[]>>
  readonly s: Record<number, number>
}

async function instrumented({ decoders: path }: ThreadData): Promise<Instrumented> {
  const { decoders } = (await import(pathToFileURL(path).href)) as Pick<Instrumented, 'decoders'>
  const { fuzzed } = globalThis as unknown as { readonly fuzzed: Readonly<Record<string, Coverage>> }
  const { b, s } = fuzzed[path]!
  return { decoders, branches: Object.values(b), statements: s }
}

const port = parentPort!
const data = workerData as ThreadData
const counted = await instrumented(data)
const onExecution = noted(data.input)

port.on('message', ({ executions = Infinity, milliseconds = Infinity, ...task }: FuzzTask) => {
  const startedAt = performance.now()
  const goesOn = (done: number) => done < executions && performance.now() - startedAt < milliseconds
  const result: FuzzResult = fuzz(counted, { ...task, goesOn, onExecution })
  port.postMessage(result)
})
port.postMessage('ready')
