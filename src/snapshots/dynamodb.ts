import type { DynamoDbClientLike } from '../aws/dynamodb/reader.ts'
import type { Clock } from '../ports/clock.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import { scanSnapshot } from './dynamodb/scan-snapshot.ts'
import { settingsOf } from './dynamodb/settings.ts'

export type { DynamoDbClientLike }

/** Options of {@link dynamoDbSnapshot}. `tableName` is the only one that is needed; `projection` needs `key` too. */
export type DynamoDbSnapshotOptions = DynamoDbSnapshotReading &
  (
    | {
        /**
         * The top-level attributes to read, by name, besides the key: name the version attribute too, if the item has one.
         * It makes answers smaller, not the capacity that they take. Default: all attributes.
         */
        readonly projection: readonly string[]
        /** The item's key attributes, one or two, which are always read. */
        readonly key: string | readonly string[]
      }
    | { readonly projection?: undefined; readonly key?: undefined }
  )

interface DynamoDbSnapshotReading {
  /** The table's name, or its ARN, which a table of another account needs. */
  readonly tableName: string
  /**
   * A `DynamoDBClient` of `@aws-sdk/client-dynamodb`. Default: one of the environment's region, or the ARN's, with 1 s to
   * connect, 5 s for each of at most three attempts. Give time-outs to your own too: the SDK has none by default.
   */
  readonly client?: DynamoDbClientLike | undefined
  /** How many segments are read side by side, 1 to 64. Up to two pages of 1 MB of each are held. Default 4. */
  readonly segments?: number | undefined
  /**
   * Read capacity units a second that one opening may take, all its segments together, 1 at least. Bursts last one second.
   * Default: no limit.
   */
  readonly readCapacityPerSecond?: number | undefined
  /** Strongly consistent reads take twice the capacity. Default true, and false for an index. */
  readonly consistentRead?: boolean | undefined
  /** Reads this index instead of the table: it holds only rows that have its key, and what is projected into it. */
  readonly indexName?: string | undefined
  /**
   * Told each time that all rows of a page were taken, before the next one is given. A promise is waited for; what it
   * throws, the snapshot throws.
   */
  readonly onProgress?: ((progress: ScanProgress) => void | Promise<void>) | undefined
  /**
   * Goes on where another opening stood, with `progress.resumeFrom()` of it. The segments are those of that opening. Such
   * a snapshot never says that it is complete, for the rows before are missing.
   */
  readonly resumeFrom?: string | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/** How far a snapshot has come. */
export interface ScanProgress {
  /** Rows that this opening gave. */
  readonly rows: number
  /** Read capacity units that it took. Counted only with `readCapacityPerSecond`, else 0. */
  readonly units: number
  /**
   * Where to go on after these rows, as a text for {@link DynamoDbSnapshotOptions}' `resumeFrom`. It holds the keys of the
   * rows that were read last: keep it as you keep those.
   */
  readonly resumeFrom: () => string
}

/**
 * A DynamoDB table, or an index of it, read by a parallel Scan.
 *
 * @example
 * ```ts
 * dynamoDbSnapshot({ tableName: 'inventory', segments: 8, readCapacityPerSecond: 500 })
 * ```
 *
 * - It is no instant: rows come as they are when their page is read, in no order. Items and decoding are as those of
 *   `dynamoDbTable`: exact numbers, `Set`s, `Uint8Array`s, and not through a schema.
 * - Segments are read side by side, each one page ahead of what is taken. A partition is as many segments of its own.
 * - A throttled page is asked for again, with growing pauses, until the signal aborts. An abort calls the requests off,
 *   and ends the pages as not complete. Any other failure is a TargetUnavailableError, a row that cannot be read a
 *   SnapshotError.
 * - With `readCapacityPerSecond`, pages are as small as about one second's share, and what a page cost more than that is
 *   paid back before the next one.
 * - Without `onProgress` and `resumeFrom` it is what `dynamoDbTable().snapshot()` gives; that one also reads by key.
 *
 * The role needs `dynamodb:Scan` on the table, or on the index.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
 * @throws ConfigError for an option that cannot work, a `resumeFrom` that is damaged or another table's among them.
 */
export function dynamoDbSnapshot(options: DynamoDbSnapshotOptions): Snapshot {
  return scanSnapshot(settingsOf(options))
}
