import { isObject } from '../../core/objects.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import { errorName } from '../error-name.ts'

/**
 * What an error of a DynamoDB client means.
 *
 * Rejected is only what depends on the request's content: `ValidationException` (too large, a key that is not the
 * table's), `ItemCollectionSizeLimitExceededException`, `SerializationException`, HTTP 413. All else is unavailable:
 * throttling, 5xx, time-outs, the network, a conflicting transaction, and faults of the deployment that heal without
 * the change's doing, as a missing table, missing permissions or credentials that have run out.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 *
 * The client's error does not come along: its words may quote values, and its `$response` holds the signed request.
 */
export function serviceError(error: unknown, signal: AbortSignal): TargetUnavailableError | TargetRejectedError {
  const name = errorName(error)
  if (rejections.has(name) || statusOf(error) === 413)
    return new TargetRejectedError(`DynamoDB refused the row (${shownAs(error)}). ${refusalRemedy(error)}`)
  return unavailable(error, signal)
}

/** As {@link serviceError} for reads: what could not be read is unknown, whatever the reason. */
export function unavailable(error: unknown, signal: AbortSignal): TargetUnavailableError {
  if (error instanceof TargetUnavailableError) return error
  if (signal.aborted) return new TargetUnavailableError('The time was up before DynamoDB had answered.')
  const name = errorName(error)
  const remedy = remedies.find(([start]) => name.startsWith(start))?.[1] ?? 'It may pass.'
  const retryAfterMs = retryAfterOf(error)
  return new TargetUnavailableError(
    `DynamoDB did not answer the request (${shownAs(error)}). ${remedy}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  )
}

/** Whether DynamoDB asked for patience. */
export function isThrottled(error: unknown): boolean {
  const hint = isObject(error) && isObject(error['$retryable']) ? error['$retryable'] : {}
  return throttling.has(errorName(error)) || hint['throttling'] === true
}

const rejections = new Set([
  'ValidationException',
  'ItemCollectionSizeLimitExceededException',
  'SerializationException',
])

const throttling = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
])

const remedies: readonly (readonly [start: string, remedy: string])[] = [
  ['ResourceNotFound', 'Check tableName, its account and region.'],
  [
    'AccessDenied',
    'Allow the role the actions that are named in the documentation, and the key of an encrypted table.',
  ],
  ['CredentialsProviderError', 'Give the process credentials.'],
  ['ExpiredToken', 'Give the process new credentials.'],
  ['UnrecognizedClient', 'Check the credentials.'],
  ['ValidationException', "Check that the keys have the table's key attributes and their types."],
]

/** Name and request id, by which AWS finds a request. */
function shownAs(error: unknown): string {
  const id = isObject(error) && isObject(error['$metadata']) ? error['$metadata']['requestId'] : undefined
  const isId = typeof id === 'string' && /^[\w-]{1,100}$/.test(id)
  return isId ? `${errorName(error)}, request ${id}` : errorName(error)
}

/** The service's own words may quote values; these are told apart and said anew. */
function refusalRemedy(error: unknown): string {
  const message = isObject(error) && typeof error['message'] === 'string' ? error['message'] : ''
  if (statusOf(error) === 413 || /size/i.test(message)) return 'A row holds 400 KB at most, attribute names included.'
  if (/\bkeys?\b/i.test(message))
    return "The key does not fit the table's key attributes and their types, or is empty. Set the option key."
  return 'Check the types of the attributes.'
}

function statusOf(error: unknown): unknown {
  return isObject(error) && isObject(error['$metadata']) ? error['$metadata']['httpStatusCode'] : undefined
}

/** Longer than an invocation can last: nobody waits for more. */
const longest = 900_000

/** `Retry-After` is in seconds, `x-amz-retry-after` in milliseconds. Header names arrive in lower case. */
function retryAfterOf(error: unknown): number | undefined {
  const response = isObject(error) ? error['$response'] : undefined
  const headers = isObject(response) && isObject(response['headers']) ? response['headers'] : {}
  const milliseconds = wholeNumber(headers['x-amz-retry-after']) ?? (wholeNumber(headers['retry-after']) ?? NaN) * 1_000
  return Number.isNaN(milliseconds) ? undefined : Math.min(milliseconds, longest)
}

function wholeNumber(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
