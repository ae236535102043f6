import { DeadlineError, isSyncError, TargetUnavailableError, type SyncError } from '../errors.ts'
import type { CallContext } from '../ports/target.ts'
import { abortContext, callContext } from './call-context.ts'
import type { Invocation } from './invocation.ts'

/** What became of one call: its value, or why there is none. */
export type Attempted<T> =
  { readonly value: T; readonly error?: undefined } | { readonly error: SyncError; readonly value?: undefined }

/** Calls one place, each call bounded in time, whether or not the place obeys its signal. */
export interface Attempts {
  readonly run: <T>(attempt: number, call: (context: CallContext) => Promise<T> | T) => Promise<Attempted<T>>
}

interface InFlight {
  readonly endsAt: number
  readonly stop: (error: SyncError) => void
}

/**
 * One watchdog for all calls of one place: calls start in the order in which they run out, so that one timer serves
 * them all, and a call that answers at once costs neither a timer nor an abort controller.
 */
export function attemptsAt(
  place: { readonly name: string; readonly timeoutMs: number },
  { clock, over }: Invocation,
  until: number,
  cut: AbortSignal,
): Attempts {
  const inFlight = new Set<InFlight>()
  let watched = false

  async function watch(): Promise<void> {
    watched = true
    for (const first of inFlight) {
      const left = first.endsAt - clock.monotonic()
      if (left > 0) await clock.sleep(left, over).catch(() => undefined)
      if (over.aborted) break
      if (first.endsAt - clock.monotonic() <= 0) first.stop(timedOut(place))
    }
    watched = false
    if (inFlight.size > 0 && !over.aborted) await watch()
  }
  const stopAll = (): void => {
    for (const attempt of inFlight) attempt.stop(outOfTime(place.name))
  }
  cut.addEventListener('abort', stopAll, { once: true })

  return {
    run: (attempt, call) =>
      new Promise((resolve) => {
        const timeoutMs = Math.min(place.timeoutMs, until - clock.monotonic())
        const context = callContext(place.name, attempt, timeoutMs)
        const self: InFlight = { endsAt: clock.monotonic() + place.timeoutMs, stop }
        if (cut.aborted) {
          resolve({ error: outOfTime(place.name) })
          return
        }
        inFlight.add(self)
        if (!watched) void watch()
        try {
          Promise.resolve(call(context)).then((value) => finish({ value }), fail)
        } catch (error) {
          fail(error)
        }
        function finish(result: Attempted<Awaited<ReturnType<typeof call>>>): void {
          if (inFlight.delete(self)) resolve(result) // a late answer finds itself gone
        }
        function fail(error: unknown): void {
          finish({ error: asSyncError(place.name, error) })
        }
        function stop(error: SyncError): void {
          finish({ error })
          abortContext(context, error)
        }
      }),
  }
}

/** Any throw as one of ours. An unknown one counts as unavailable; its message may quote anything, so it is not repeated. */
export function asSyncError(place: string, thrown: unknown): SyncError {
  if (isSyncError(thrown, 'TARGET_REJECTED') || isSyncError(thrown, 'TARGET_UNAVAILABLE')) return thrown
  const name = thrown instanceof Error ? thrown.name : typeof thrown
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? `, ${thrown.code}` : ''
  return new TargetUnavailableError(`"${place}" threw an unknown error (${name}${code}).`, { cause: thrown })
}

export function timedOut({ name, timeoutMs }: { readonly name: string; readonly timeoutMs: number }): SyncError {
  return new TargetUnavailableError(`"${name}" did not answer within ${timeoutMs.toLocaleString('en')} ms.`)
}

export function outOfTime(name: string): SyncError {
  return new DeadlineError(`The invocation's time was up before "${name}" answered.`)
}
