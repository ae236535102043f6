import { inTime } from '../../aws/in-time.ts'
import { unavailable } from '../../aws/dynamodb/service-error.ts'
import { errorName } from '../../aws/error-name.ts'
import { TargetUnavailableError } from '../../errors.ts'
import type { DynamoDbLockSettings } from './settings.ts'

/** Throws a refused condition as the client did, and all else as what it means. */
export async function called(
  { call, clock, timeoutMs, keyAttribute }: DynamoDbLockSettings,
  operation: 'PutItem' | 'DeleteItem' | 'GetItem',
  input: object,
): Promise<unknown> {
  const over = new AbortController()
  try {
    const answer = await inTime(clock, timeoutMs, over.signal, call(operation, input, over.signal))
    if (typeof answer !== 'string') return answer.value
    throw new TargetUnavailableError(`DynamoDB did not answer for the lock within ${timeoutMs} ms.`)
  } catch (error) {
    if (isRefusal(error)) throw error
    const { message, retryAfterMs } = unavailable(error, over.signal)
    const needed = ofTable.has(errorName(error))
      ? ` A lock's table has one key attribute, the text "${keyAttribute}".`
      : ''
    throw new TargetUnavailableError(`${message}${needed}`, retryAfterMs === undefined ? {} : { retryAfterMs })
  } finally {
    over.abort() // what comes too late is called off
  }
}

/** Errors that a table of another form has. */
const ofTable = new Set(['ResourceNotFoundException', 'ValidationException'])

/** Whether a condition was not met. */
export function isRefusal(error: unknown): boolean {
  return errorName(error) === 'ConditionalCheckFailedException'
}
