import type { DynamoDbClientLike } from '../aws/dynamodb/reader.ts'
import type { Clock } from '../ports/clock.ts'
import type { Lock } from '../ports/lock.ts'
import { acquire, type Sighting } from './dynamodb/acquire.ts'
import { settingsOf } from './dynamodb/settings.ts'

export type { DynamoDbClientLike }

/** Options of {@link dynamoDbLock}. `tableName` is the only one that is needed. */
export interface DynamoDbLockOptions {
  /** The name, or the ARN, of a table of its own whose key is one text attribute. */
  readonly tableName: string
  /**
   * A `DynamoDBClient` of `@aws-sdk/client-dynamodb`. Default: one of the environment's region, or the ARN's, with 1 s to
   * connect, 5 s for each of at most three attempts.
   */
  readonly client?: DynamoDbClientLike | undefined
  /** The attribute that is the table's partition key. Default `name`. */
  readonly keyAttribute?: string | undefined
  /** The attribute with a row's end, in seconds since 1970: switch TTL on for it. Default `ttl`. */
  readonly ttlAttribute?: string | undefined
  /** Who holds the lock, for a person who looks into the table: `'reconcile in eu-west-1'`. Default: nothing. */
  readonly owner?: string | undefined
  /**
   * By how much the wall clocks of two machines that use the lock may differ, in milliseconds, up to an hour. A lease that
   * its owner never let go is free that much after its end. Default 60,000.
   */
  readonly maxClockSkewMs?: number | undefined
  /** How long one call may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/**
 * A lock that is a row of a DynamoDB table: whoever writes it, on the condition that nobody holds it, has it for its lease.
 *
 * @example
 * ```ts
 * createReconcileHandler({ ...sync, table, mode: 'apply', lock: dynamoDbLock({ tableName: 'locks' }) })
 * ```
 *
 * - **Acquire** answers at once: a lease, or undefined when somebody else holds the lock. Nobody has a name twice, also
 *   not the same process.
 * - **Renew** gives another lease of the same length, and rejects with TargetUnavailableError when somebody else has taken
 *   the lock, or it was let go. Renew well before the lease ends; a lease that ended and that nobody took can be renewed.
 * - **Release** deletes the row if it still is one's own. To release twice, or what somebody else holds by now, does nothing.
 * - **A crash** leaves the row. The lock is free once its end has passed by `maxClockSkewMs` on the wall clock of whoever
 *   asks. Who asks again and again need not rely on wall clocks: a row that did not change for a whole lease, on the asker's
 *   own monotonic clock, is free too.
 * - **What is assumed**: that wall clocks differ by no more than `maxClockSkewMs`. Where one runs further ahead, it may take
 *   a lease that is still held; its owner then fails to renew. Reconcile stays safe even so: repairs carry versions, and
 *   guarded targets take none that is older.
 *
 * DynamoDB that does not answer, a missing table or permission are TargetUnavailableErrors with the remedy; a row of that
 * name that is no lock is a TargetRejectedError: give locks a table of their own.
 *
 * The role needs `dynamodb:PutItem`, `dynamodb:GetItem` and `dynamodb:DeleteItem`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BestPractices_ImplementingVersionControl.html
 * https://github.com/awslabs/amazon-dynamodb-lock-client
 * @throws ConfigError for an option that cannot work.
 */
export function dynamoDbLock(options: DynamoDbLockOptions): Lock {
  const settings = settingsOf(options)
  const sightings = new Map<string, Sighting>()
  return { acquire: (name, leaseMs) => acquire({ settings, sightings }, name, leaseMs) }
}
