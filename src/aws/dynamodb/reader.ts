import { TargetUnavailableError } from '../../errors.ts'

/** Whatever can send the SDK's commands: a `DynamoDBClient`, a document client, a wrapped one, or a fake. */
export interface DynamoDbClientLike {
  send(command: never, options?: never): Promise<unknown>
}

/** What reading a table needs of the world. */
export interface TableReader {
  readonly tableName: string
  /** One request to DynamoDB. Rejects with the client's own error. */
  readonly call: (operation: 'BatchGetItem' | 'Scan', input: object, signal: AbortSignal) => Promise<unknown>
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** From 0 to below 1. */
  readonly random: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const firstPauseMs = 50
const longestPauseMs = 5_000

/**
 * Waits before something that was throttled is asked for again: a random part of a span that doubles each round.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
 */
export async function pause({ sleep, random }: TableReader, round: number, signal: AbortSignal): Promise<void> {
  const ms = random() * Math.min(firstPauseMs * 2 ** Math.min(round, 20), longestPauseMs)
  try {
    await sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error // a clock may reject when the signal aborts
  }
}

/** An answer that is none: what it was to tell is unknown. */
export function garbage(operation: string, what: string): TargetUnavailableError {
  return new TargetUnavailableError(`DynamoDB's answer to ${operation} makes no sense: ${what}.`)
}
