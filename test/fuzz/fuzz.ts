import type { Instrumented } from './instrumented.ts'
import { mutated, seededRandom } from './mutate.ts'

export interface FuzzOptions {
  readonly decoder: string
  readonly seed: number
  /** Where it starts. */
  readonly inputs: readonly string[]
  /** Asked before each execution. */
  readonly goesOn: (executions: number) => boolean
  /** Sees each input before it is read. */
  readonly onExecution?: (input: string) => void
  /** An execution that takes longer twice is a finding. Default: none is. */
  readonly slowMs?: number | undefined
}

export interface FuzzResult {
  readonly executions: number
  readonly branches: number
  readonly corpus: readonly string[]
  /** One for each message: the shortest input that has it. */
  readonly findings: ReadonlyMap<string, string>
}

/** Runs a decoder on neighbours of what reached a branch that nothing had reached before, or a loop more often. */
export function fuzz({ decoders, branches, statements }: Instrumented, options: FuzzOptions): FuzzResult {
  const decode = decoders[options.decoder]!
  const random = seededRandom(options.seed)
  const corpus: string[] = []
  const findings = new Map<string, string>()
  const reached = branches.map((ways) => ways.map(() => 0))
  const any = () => corpus[Math.floor(random() * corpus.length)] ?? ''
  /** Rather a short one: they run faster, and say the same. */
  const one = () => [any(), any(), any()].reduce((a, b) => (b.length < a.length ? b : a))

  /** Sets all counters back; answers whether one was higher than ever, in powers of two. By hand: it is the inner loop. */
  function reachedNew(): boolean {
    let isNew = false
    for (let id = 0; id < branches.length; id++) {
      const ways = branches[id]!
      for (let way = 0; way < ways.length; way++) {
        const times = ways[way]!
        if (times === 0) continue
        ways[way] = 0
        const bit = 1 << Math.min(31 - Math.clz32(times), 12)
        if ((reached[id]![way]! & bit) !== 0) continue
        reached[id]![way]! |= bit
        isNew = true
      }
    }
    return isNew
  }

  function execute(input: string): void {
    options.onExecution?.(input)
    const found = problemWith(decode, input, statements, options.slowMs)
    if (reachedNew()) corpus.push(input)
    if (found !== undefined && input.length < (findings.get(found)?.length ?? Infinity)) findings.set(found, input)
  }

  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0 // most inputs are refused, and nobody reads where
  let executions = 0
  for (const input of options.inputs) if (options.goesOn(executions++)) execute(input)
  while (options.goesOn(executions)) {
    executions++
    execute(mutated(one(), one(), random))
  }
  Error.stackTraceLimit = stackTraceLimit
  const taken = reached.flat().filter((bits) => bits !== 0).length
  return { executions, branches: taken, corpus, findings }
}

/** What is wrong with how a decoder takes an input; undefined: nothing. `statements` count what it has run. */
export function problemWith(
  decode: (input: string) => unknown,
  input: string,
  statements: Record<number, number>,
  slowMs = Infinity,
): string | undefined {
  try {
    for (let id = 0; id in statements; id++) statements[id] = 0
    const startedAt = performance.now()
    const result = decode(input)
    const tookMs = performance.now() - startedAt
    let steps = 0
    for (let id = 0; id in statements; id++) steps += statements[id]!
    if (steps > 400 * (input.length + 250)) return 'It runs more statements than the input is long, by far.'
    if (weight(result) > 64 * input.length + 3_000) return 'It makes far more of the input than there is.'
    if (tookMs > slowMs && slowMs < Infinity)
      return problemWith(decode, input, statements, Infinity) ?? again(decode, input, slowMs)
    return undefined
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message.slice(0, 120)}` : 'It throws what is no error.'
  }
}

/** Once may be the machine's fault. */
function again(decode: (input: string) => unknown, input: string, slowMs: number): string | undefined {
  const startedAt = performance.now()
  decode(input)
  return performance.now() - startedAt > slowMs ? `It takes more than ${slowMs} ms.` : undefined
}

/** Characters, digits, bytes and members of a value, each object counted once. */
function weight(value: unknown): number {
  const seen = new Set<object>()
  const open: unknown[] = [value]
  let sum = 0
  while (open.length > 0) {
    const one = open.pop()
    sum += 1
    if (typeof one === 'string') sum += one.length
    else if (typeof one === 'bigint') sum += one.toString(16).length
    else if (typeof one === 'object' && one !== null && !seen.has(one)) {
      seen.add(one)
      if (one instanceof Uint8Array) sum += one.length
      else open.push(...(one instanceof Set ? (one as Set<unknown>) : Object.entries(one).flat()))
    }
  }
  return sum
}
