import { isObject } from '../../core/objects.ts'
import { untilAborted } from '../../core/until-aborted.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import { putAnswers, remedyFor, type PutAnswer } from './answers.ts'
import type { Call } from './client.ts'
import { errorName } from '../../aws/error-name.ts'
import type { EventEntry } from './event-entry.ts'

/**
 * Puts events by one call, in halves where the call as a whole is refused for what it holds: one event must not keep the
 * others back. One answer per event, in order; never rejects.
 */
export async function putEvents(
  batch: readonly EventEntry[],
  call: Call,
  signal: AbortSignal,
): Promise<readonly PutAnswer[]> {
  const all = (error: Error) => batch.map(() => error)
  if (signal.aborted)
    return all(new TargetUnavailableError('The time was up before the event was sent to EventBridge.'))
  try {
    const Entries = batch.map(({ entry }) => entry)
    const answer = await untilAborted(signal, call('PutEvents', { Entries }, signal))
    return answer === undefined ? all(notPut(answer, signal)) : putAnswers(batch.length, answer)
  } catch (error) {
    if (!isRefusal(error)) return all(notPut(error, signal))
    if (batch.length === 1) return all(refused(error))
    const half = Math.ceil(batch.length / 2)
    const first = await putEvents(batch.slice(0, half), call, signal)
    return [...first, ...(await putEvents(batch.slice(half), call, signal))]
  }
}

/** The call is too large, or something in it cannot be. */
function isRefusal(error: unknown): boolean {
  const status = isObject(error) && isObject(error['$metadata']) ? error['$metadata']['httpStatusCode'] : undefined
  return status === 413 || errorName(error) === 'ValidationException'
}

function refused(error: unknown): Error {
  return new TargetRejectedError(
    `EventBridge refused the event (${errorName(error)}). It may be too large: send less with the option item.`,
  )
}

/** The client's error does not come along: its words may quote values, and its `$response` holds the signed request. */
function notPut(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted) return new TargetUnavailableError('The time was up before EventBridge had answered.')
  const name = errorName(error)
  return new TargetUnavailableError(`EventBridge did not take the event (${name}). ${remedyFor(name)}`)
}
