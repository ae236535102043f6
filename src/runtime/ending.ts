import { setMaxListeners } from 'node:events'

/** Something that ends once. A signal costs more than a delivery: it is made for those who ask for one. */
export interface Ending {
  readonly hasEnded: () => boolean
  /** Calls back at the end. Nobody is called who comes later. */
  readonly onEnd: (tell: () => void) => void
  readonly signal: () => AbortSignal
  readonly ended: () => Promise<void>
}

export interface OpenEnding extends Ending {
  readonly end: () => void
}

/** One reason for all: making an error with its stack at every end would cost more than the rest of an invocation. */
const reason = new DOMException('The invocation has ended.', 'AbortError')

export function ending(): OpenEnding {
  const listeners: (() => void)[] = []
  let controller: AbortController | undefined
  let over = false
  return {
    hasEnded: () => over,
    onEnd: (tell) => void listeners.push(tell),
    signal() {
      if (!controller) {
        controller = new AbortController()
        setMaxListeners(0, controller.signal) // every pause under way listens
        if (over) controller.abort(reason)
      }
      return controller.signal
    },
    ended: () =>
      new Promise((resolve) => {
        if (over) resolve()
        else listeners.push(resolve)
      }),
    end() {
      if (over) return
      over = true
      for (const tell of listeners) tell()
      controller?.abort(reason)
    },
  }
}

/** What ends with an ending, or with the first of these signals. */
export function earliest(signals: readonly (AbortSignal | undefined)[], first: Ending): Ending {
  const any = ending()
  first.onEnd(any.end)
  if (first.hasEnded()) any.end()
  for (const signal of signals) {
    if (signal?.aborted) any.end()
    signal?.addEventListener('abort', any.end)
    first.onEnd(() => signal?.removeEventListener('abort', any.end)) // a caller's signal may outlive many runs
  }
  return any
}
