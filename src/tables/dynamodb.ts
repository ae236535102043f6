import { checkClock, checkedClient, checkedTableName, givenOptions } from '../aws/dynamodb/check-options.ts'
import { callThrough } from '../aws/dynamodb/client.ts'
import { readRows } from '../aws/dynamodb/read-rows.ts'
import type { DynamoDbClientLike, TableReader } from '../aws/dynamodb/reader.ts'
import { scanRows } from '../aws/dynamodb/scan-rows.ts'
import { decodeImage } from '../core/attribute-value.ts'
import { TargetUnavailableError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { SourceTable } from '../ports/table.ts'
import { systemClock } from '../system-clock.ts'

export type { DynamoDbClientLike }

/** Options of {@link dynamoDbTable}. `tableName` is the only one that is needed. */
export interface DynamoDbTableOptions {
  /** The table's name, or its ARN, which a table of another account needs. */
  readonly tableName: string
  /**
   * A `DynamoDBClient` of `@aws-sdk/client-dynamodb`. Default: one of the environment's region, or the ARN's, with 1 s to
   * connect, 5 s for each of at most three attempts. Give time-outs to your own too: the SDK has none by default.
   */
  readonly client?: DynamoDbClientLike | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/**
 * The table itself: hydrates streams without new images, answers `mode: 'current'`, is reconcile's source.
 *
 * @example
 * ```ts
 * createQueueSyncHandler({ ...sync, table: dynamoDbTable({ tableName: 'inventory' }) })
 * ```
 *
 * - Every read is strongly consistent. Rows are decoded exactly: large numbers as `bigint` or `{ value }`, sets as
 *   `Set`s, binary as `Uint8Array`. They are rows as the table holds them; the item's schema has not seen them.
 * - `read` asks in chunks of 100 keys, four at a time. What DynamoDB leaves unprocessed, or throttles, is asked for
 *   again, with growing pauses, until it is answered or the call's signal aborts. If any key stays open, all of the read
 *   throws `TargetUnavailableError`: a key that is missing in the answer is one that the table does not hold.
 * - `snapshot` is a Scan: no instant, but rows as they are when their page is read, in no order. A partition is a
 *   segment of a parallel scan. It costs read capacity for the whole table, at full price for being consistent. An
 *   abort ends it early, as not complete.
 * - The SDK loses a top-level attribute called `__proto__`; a row that has one is unavailable, and a snapshot that meets
 *   it throws SnapshotError.
 *
 * The role needs `dynamodb:BatchGetItem`, and `dynamodb:Scan` for snapshots.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @throws ConfigError for a name that no table can have, and for an option that cannot work.
 */
export function dynamoDbTable(options: DynamoDbTableOptions): SourceTable {
  const reader = readerOf(options)
  return {
    read: async (keys, { signal }) => {
      const attributes = keys.map(({ keyAttributes }) => keyAttributes)
      const rows = await readRows(reader, attributes, signal)
      return rows.map(({ row }) => ({ item: decoded(row) }))
    },
    snapshot: () => ({
      order: 'none',
      pages: ({ signal, partition }) =>
        scanRows(reader, { signal, partition, entryOf: (row) => ({ item: decodeImage(row) }) }),
    }),
  }
}

function readerOf(options: DynamoDbTableOptions): TableReader {
  const given = givenOptions('dynamoDbTable', options, ['tableName', 'client', 'clock'])
  const { tableName, region } = checkedTableName(given['tableName'])
  checkClock(given['clock'])
  const { now, sleep } = options.clock ?? systemClock
  return { tableName, call: callThrough(checkedClient(given['client']), region), now, sleep, random: Math.random }
}

function decoded(row: object): Record<string, unknown> {
  try {
    return decodeImage(row)
  } catch (cause) {
    throw new TargetUnavailableError('A row of the table cannot be read, though it is there.', { cause })
  }
}
