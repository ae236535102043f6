import { DeadlineError, isSyncError, TargetUnavailableError, type SyncError } from '../errors.ts'
import type { CallContext } from '../ports/target.ts'
import { abortContext, callContext, timeLeft } from './call-context.ts'
import type { Ending } from './ending.ts'
import type { Invocation } from './invocation.ts'
import type { Watched } from './watchdog.ts'

/** What became of one call: its value, or why there is none. */
export type Attempted<T> =
  { readonly value: T; readonly error?: undefined } | { readonly error: SyncError; readonly value?: undefined }

/** Calls one place, each call bounded in time, whether or not the place obeys its signal. */
export interface Attempts {
  readonly run: <T>(attempt: number, call: (context: CallContext) => Promise<T> | T) => Promise<Attempted<T>>
}

/** A call that answers at once costs neither a timer nor an abort controller: the invocation's watchdog has them all. */
export function attemptsAt(
  place: { readonly name: string; readonly timeoutMs: number },
  { clock, watchdog }: Invocation,
  until: number,
  cut: Ending,
): Attempts {
  const inFlight = new Set<(error: SyncError) => void>()
  cut.onEnd(() => {
    for (const stop of [...inFlight]) stop(outOfTime(place.name))
  })

  return {
    run: (attempt, call) =>
      new Promise((resolve) => {
        const now = clock.monotonic()
        if (cut.hasEnded() || now >= until) {
          resolve({ error: outOfTime(place.name) })
          return
        }
        const context = callContext(place.name, attempt, timeLeft(place.timeoutMs, until - now))
        const watched: Watched = { endsAt: () => now + place.timeoutMs, runOut: () => stop(timedOut(place)) }
        inFlight.add(stop)
        watchdog.watch(watched)
        try {
          Promise.resolve(call(context)).then((value) => finish({ value }), fail)
        } catch (error) {
          fail(error)
        }
        function finish(result: Attempted<Awaited<ReturnType<typeof call>>>): void {
          if (!inFlight.delete(stop)) return // a late answer finds itself gone
          watchdog.release(watched)
          resolve(result)
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
  return new TargetUnavailableError(`"${place}" threw an unknown error (${kindOf(thrown)}).`, { cause: thrown })
}

/** What is thrown may throw again where it is looked at. */
function kindOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return typeof thrown
    const code: unknown = 'code' in thrown ? thrown.code : undefined
    return typeof code === 'string' ? `${thrown.name}, ${code}` : thrown.name
  } catch {
    return typeof thrown
  }
}

export function timedOut({ name, timeoutMs }: { readonly name: string; readonly timeoutMs: number }): SyncError {
  return new TargetUnavailableError(`"${name}" did not answer within ${timeoutMs.toLocaleString('en')} ms.`)
}

export function outOfTime(name: string): SyncError {
  return new DeadlineError(`The invocation's time was up before "${name}" answered.`)
}
