import { TargetRejectedError, TargetUnavailableError } from '../errors.ts'

/** What a failed fetch means. Only the code of its cause is passed on: messages may quote addresses or header values. */
export function unreachable(error: unknown, signal: AbortSignal): TargetUnavailableError | TargetRejectedError {
  if (signal.aborted) return new TargetUnavailableError('The request was aborted before the warehouse had answered.')
  // https://fetch.spec.whatwg.org/#port-blocking
  if (error instanceof Error && error.cause instanceof Error && error.cause.message === 'bad port')
    return new TargetRejectedError('The URL has a port that fetch refuses to connect to. Use another one.')
  const code = codeOf(error)
  return new TargetUnavailableError(`The warehouse could not be reached${code === undefined ? '' : ` (${code})`}.`)
}

/** The innermost system code, as ECONNREFUSED. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return codeOf(error.cause) ?? (/^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : undefined)
}
