import type { Clock } from '../../ports/clock.ts'
import type { InvocationContext } from '../../runtime/lambda.ts'
import type { FunctionFault } from './plan.ts'
import { turn } from './clock.ts'
import type { World } from './world.ts'

/** One process of a function. It may die at any call that it makes; what it awaits then never comes. */
export interface Container {
  readonly name: string
  /** Of which function. */
  readonly kind: string
  /** Ends what a dead process awaits: never. Counts calls, so that one of them can be its last. */
  readonly call: <T>(effect: () => Promise<T>) => Promise<T>
  readonly clock: Clock
  readonly isAlive: () => boolean
  readonly isBusy: () => boolean
  /** Stands for the invocation under way. */
  readonly invocation: () => object
  readonly invoke: <T>(
    work: (context: InvocationContext) => Promise<T>,
    timeoutMs: number,
    fault: FunctionFault,
  ) => Promise<T>
  readonly kill: () => void
  /** Signals of target calls that were not answered yet. */
  readonly unanswered: Set<{ readonly signal: AbortSignal }>
}

/** A process died, or its answer was lost: Lambda sees a failed invocation. */
export class InvocationFailed extends Error {}

export function container(name: string, kind: string, world: World): Container {
  const { clock, journal, trace } = world
  const unanswered = new Set<{ readonly signal: AbortSignal }>()
  let alive = true
  const isAlive = (): boolean => alive
  let busy = false
  let calls = 0
  let sleeping = 0
  let fault: FunctionFault = 'none'
  let invocation = {}
  let died: (error: Error) => void = () => undefined

  const dies = (number: number, after: boolean): boolean =>
    typeof fault === 'object' && fault.crashAt === number && fault.after === after
  function kill(): void {
    if (!alive) return
    alive = false
    unanswered.clear()
    died(new InvocationFailed(`${name} died`))
  }
  function crash(): void {
    journal.note(name, 'dies')
    journal.count('crash')
    kill()
  }

  async function call<T>(effect: () => Promise<T>): Promise<T> {
    if (!alive) return never()
    if (!busy) trace.violate('P6', `${name} started something after its answer`)
    const number = ++calls
    if (dies(number, false)) {
      crash()
      return never()
    }
    const outcome = await effect().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    if (!isAlive()) return never()
    if (dies(number, true)) {
      crash()
      return never()
    }
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  /** What waits keeps the process's number of timers, of which none may be left after an answer. */
  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!alive) return never()
    if (!busy) trace.violate('P6', `${name} set a timer after its answer`)
    sleeping++
    await clock.sleep(ms, signal)
    sleeping--
    if (!isAlive()) return never()
  }

  return {
    name,
    kind,
    call,
    clock: { now: clock.now, monotonic: clock.monotonic, sleep },
    isAlive,
    isBusy: () => busy,
    invocation: () => invocation,
    kill,
    unanswered,
    async invoke(work, timeoutMs, planned) {
      busy = true
      calls = 0
      invocation = {}
      fault = planned
      const started = clock.monotonic()
      const context = { getRemainingTimeInMillis: () => Math.max(0, timeoutMs - (clock.monotonic() - started)) }
      const answered = new AbortController()
      const death = new Promise<never>((_, reject) => {
        died = reject
      })
      death.catch(() => undefined)
      const killed = clock.sleep(timeoutMs, answered.signal).then(() => {
        if (answered.signal.aborted || !alive) return never<never>()
        trace.violate('P6', `${name} had not answered after ${String(timeoutMs)} ms, when Lambda kills it`)
        kill()
        throw new InvocationFailed(`${name} was killed`)
      })
      killed.catch(() => undefined)
      try {
        return await Promise.race([work(context), death, killed])
      } finally {
        answered.abort('over')
        busy = false
        if (alive) void quiet()
      }
    },
  }

  /** After an answer: no timer is left, and whoever is still asked was told to stop. */
  async function quiet(): Promise<void> {
    const left = [...unanswered]
    unanswered.clear()
    await turn()
    if (!alive || busy) return
    if (sleeping > 0) trace.violate('P6', `${name} left ${String(sleeping)} timers behind`)
    if (left.some(({ signal }) => !signal.aborted))
      trace.violate('P6', `${name} answered without aborting a call under way`)
  }
}

/** What a dead process awaits. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined)
}
