import { ConfigError, TargetRejectedError, TargetUnavailableError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'

/**
 * One fault per attempt, in order; then all is well.
 *
 * - `unavailable`, `rejected`: fails with that error, nothing is done. `{ retryAfterMs }`: unavailable, and says until when.
 * - `hang`: does nothing until the attempt's signal aborts.
 * - `answerLost`: does the work, then fails as unavailable.
 * - `{ delayMs }`: does the work that much later, or not at all if the signal aborts before.
 */
export type Fault =
  | 'none'
  | 'unavailable'
  | 'rejected'
  | 'hang'
  | 'answerLost'
  | { readonly delayMs: number }
  | { readonly retryAfterMs: number }

/** Does the work of one attempt, or fails as planned. */
export type FaultyAttempt = <T>(signal: AbortSignal, work: () => T) => Promise<T>

/** Plans one fault per call. @throws ConfigError for a fault that there is none of. */
export function faultyAttempts(faults: readonly Fault[], clock: Clock): FaultyAttempt {
  faults.forEach(check)
  let attempts = 0
  return async (signal, work) => {
    const fault = faults[attempts++] ?? 'none'
    if (typeof fault === 'object') await before(fault, clock, signal)
    else if (fault === 'hang') await abortOf(signal)
    else if (fault === 'rejected') throw new TargetRejectedError('Rejected, as the test planned.')
    else if (fault === 'unavailable') throw new TargetUnavailableError('Unavailable, as the test planned.')
    if (signal.aborted) throw new TargetUnavailableError('The attempt was aborted.')
    const answer = work()
    if (fault === 'answerLost') throw new TargetUnavailableError('The answer was lost, as the test planned.')
    return answer
  }
}

async function before(fault: Extract<Fault, object>, clock: Clock, signal: AbortSignal): Promise<void> {
  if ('delayMs' in fault) await clock.sleep(fault.delayMs, signal)
  else
    throw new TargetUnavailableError('Unavailable for a while, as the test planned.', {
      retryAfterMs: fault.retryAfterMs,
    })
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const names = ['none', 'unavailable', 'rejected', 'hang', 'answerLost']

function check(fault: unknown, index: number): void {
  if (typeof fault === 'string' && names.includes(fault)) return
  if (typeof fault === 'object' && fault !== null) {
    const durations = Object.entries(fault).filter(([name]) => name === 'delayMs' || name === 'retryAfterMs')
    if (durations.length === 1 && durations.every(([, ms]) => typeof ms === 'number' && ms >= 0)) return
  }
  const remedy = `Use ${names.map((name) => `'${name}'`).join(', ')}, { delayMs } or { retryAfterMs }.`
  throw new ConfigError(`faults[${index}]`, `${JSON.stringify(fault)} is no fault. ${remedy}`)
}
