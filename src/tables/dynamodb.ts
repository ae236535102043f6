import { checkClock, checkedClient, checkedTableName, givenOptions } from '../aws/dynamodb/check-options.ts'
import { capacityLimit } from '../aws/dynamodb/capacity-limit.ts'
import { checkedReadCapacity, checkedSegments } from '../aws/dynamodb/check-scan-options.ts'
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
  /** How many segments a snapshot reads side by side, 1 to 64. Up to two pages of 1 MB of each are held. Default 1. */
  readonly segments?: number | undefined
  /**
   * Read capacity units a second that one opening of a snapshot may take, all its segments together, 1 at least. Bursts
   * last one second. Reads by key are not counted. Default: no limit.
   */
  readonly readCapacityPerSecond?: number | undefined
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
 * - `snapshot` is a Scan: no instant, but rows as they are when their page is read, in no order. A partition is one part
 *   of a parallel scan. It costs read capacity for the whole table, at full price for being consistent: spread it with
 *   `readCapacityPerSecond`. An abort ends it early, as not complete. `dynamoDbSnapshot` has more to choose from.
 * - The SDK loses a top-level attribute called `__proto__`; a row that has one is unavailable, and a snapshot that meets
 *   it throws SnapshotError.
 *
 * The role needs `dynamodb:BatchGetItem`, and `dynamodb:Scan` for snapshots.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @throws ConfigError for a name that no table can have, and for an option that cannot work.
 */
export function dynamoDbTable(options: DynamoDbTableOptions): SourceTable {
  const { reader, clock, segments, unitsPerSecond } = settingsOf(options)
  const limit = () => (unitsPerSecond === undefined ? undefined : capacityLimit(unitsPerSecond, segments, clock))
  return {
    read: async (keys, { signal }) => {
      const attributes = keys.map(({ keyAttributes }) => keyAttributes)
      const rows = await readRows(reader, attributes, signal)
      return rows.map(({ row }) => ({ item: decoded(row) }))
    },
    snapshot: () => ({
      order: 'none',
      pages: ({ signal, partition }) =>
        scanRows(reader, {
          ...{ signal, partition, segments },
          entryOf: (row) => ({ item: decodeImage(row) }),
          limit: limit(),
        }),
    }),
  }
}

interface Settings {
  readonly reader: TableReader
  readonly clock: Clock
  readonly segments: number
  readonly unitsPerSecond: number | undefined
}

const known = ['tableName', 'client', 'segments', 'readCapacityPerSecond', 'clock']

function settingsOf(options: DynamoDbTableOptions): Settings {
  const given = givenOptions('dynamoDbTable', options, known)
  const { tableName, region } = checkedTableName(given['tableName'])
  checkClock(given['clock'])
  const clock = options.clock ?? systemClock
  const call = callThrough(checkedClient(given['client']), region)
  return {
    reader: { tableName, call, now: clock.now, sleep: clock.sleep, random: Math.random },
    clock,
    segments: checkedSegments(given['segments'], 1),
    unitsPerSecond: checkedReadCapacity(given['readCapacityPerSecond']),
  }
}

function decoded(row: object): Record<string, unknown> {
  try {
    return decodeImage(row)
  } catch (cause) {
    throw new TargetUnavailableError('A row of the table cannot be read, though it is there.', { cause })
  }
}
