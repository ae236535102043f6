import { TargetRejectedError, TargetUnavailableError } from '../errors.ts'
import { retryAfterMs } from './retry-after.ts'
import type { HttpAnswer } from './send.ts'

/** What keeps an answer from being a success. No message carries what the answer's body says. */
export function failure(answer: Pick<HttpAnswer, 'status' | 'headers'>): TargetUnavailableError | TargetRejectedError {
  const { status, headers } = answer
  if (status === 409)
    return new TargetUnavailableError('The warehouse answered 409 and named no version that is newer.')
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    const ms = retryAfterMs(headers)
    return new TargetUnavailableError(`The warehouse answered ${status}.`, ms === undefined ? {} : { retryAfterMs: ms })
  }
  if (status >= 300 && status < 400)
    return new TargetRejectedError(
      `The warehouse answered ${status}, which is not followed: only 307 and 308 keep the request. Give the final URL.`,
    )
  return new TargetRejectedError(`The warehouse answered ${status}.`)
}
