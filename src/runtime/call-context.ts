import type { CallContext } from '../ports/target.ts'

const controllers = new WeakMap<object, AbortController>()

/** An abort controller costs more than a delivery: it is made when somebody asks for the signal. */
const prototype = {
  get signal(): AbortSignal {
    return controllerOf(this).signal
  },
}

function controllerOf(context: object): AbortController {
  let controller = controllers.get(context)
  if (!controller) controllers.set(context, (controller = new AbortController()))
  return controller
}

/** What a call may know, with a signal that is made late. */
export function callContext(target: string, attempt: number, timeoutMs: number): CallContext {
  const context: unknown = { __proto__: prototype, target, attempt, timeoutMs } // `signal` stands on the prototype
  return context as CallContext
}

/** Aborts a context's signal, also for those who ask for it later. */
export function abortContext(context: CallContext, reason: unknown): void {
  controllerOf(context).abort(reason)
}

/** Whether somebody holds its signal: then the context cannot serve another call. */
export function isTouched(context: CallContext): boolean {
  return controllers.has(context)
}
