import type { CallContext } from '../ports/target.ts'

const controllers = new WeakMap<object, AbortController>()

/**
 * An abort controller costs more than a delivery: it is made when somebody asks for the signal. A class, because an
 * accessor on each object, or a prototype named in a literal, costs several times more.
 */
class LateContext implements CallContext {
  readonly target: string
  readonly attempt: number
  readonly timeoutMs: number

  constructor(target: string, attempt: number, timeoutMs: number) {
    this.target = target
    this.attempt = attempt
    this.timeoutMs = timeoutMs
  }

  get signal(): AbortSignal {
    return controllerOf(this).signal
  }
}

function controllerOf(context: object): AbortController {
  let controller = controllers.get(context)
  if (!controller) controllers.set(context, (controller = new AbortController()))
  return controller
}

/** What a call may know, with a signal that is made late. */
export function callContext(target: string, attempt: number, timeoutMs: number): CallContext {
  return new LateContext(target, attempt, timeoutMs)
}

/** What a call has: whole milliseconds, one at least, for timers take nothing else. */
export function timeLeft(timeoutMs: number, untilEnd: number): number {
  return Math.max(1, Math.floor(Math.min(timeoutMs, untilEnd)))
}

/** Aborts a context's signal, also for those who ask for it later. */
export function abortContext(context: CallContext, reason: unknown): void {
  controllerOf(context).abort(reason)
}

/** Whether somebody holds its signal: then the context cannot serve another call. */
export function isTouched(context: CallContext): boolean {
  return controllers.has(context)
}
