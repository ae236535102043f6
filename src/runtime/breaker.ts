/** Stops calling a target that answers nothing but unavailable. Lives as long as the handler: in Lambda, per container. */
export interface Breaker {
  /** Whether a call may start now; a promise while a trial call decides. */
  readonly admit: (clock: { readonly monotonic: () => number }) => boolean | Promise<void>
  /** Whether every call may start. */
  readonly isClosed: () => boolean
  readonly isOpen: (now: number) => boolean
  readonly succeeded: () => void
  /** Answers whether this failure opened it. */
  readonly failed: (now: number) => boolean
  /** The trial ended without an answer. */
  readonly abandoned: () => void
}

export function circuitBreaker(options: { readonly failures: number; readonly coolDownMs: number }): Breaker {
  let inRow = 0
  let openUntil: number | undefined
  let trial: { readonly over: Promise<void>; readonly end: () => void } | undefined

  const endTrial = (): void => {
    trial?.end()
    trial = undefined
  }
  return {
    admit(clock) {
      if (openUntil === undefined) return true
      if (clock.monotonic() < openUntil) return false
      if (trial) return trial.over
      let end = (): void => undefined
      const over = new Promise<void>((resolve) => {
        end = resolve
      })
      trial = { over, end }
      return true
    },
    isClosed: () => openUntil === undefined,
    isOpen: (now) => openUntil !== undefined && now < openUntil,
    succeeded() {
      if (inRow === 0) return // neither open nor on trial, for that takes a failure
      inRow = 0
      openUntil = undefined
      endTrial()
    },
    failed(now) {
      inRow++
      const opens = trial !== undefined || (openUntil === undefined && inRow >= options.failures)
      if (opens) openUntil = now + options.coolDownMs
      endTrial()
      return opens
    },
    abandoned: endTrial,
  }
}
