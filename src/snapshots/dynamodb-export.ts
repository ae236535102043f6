import type { DynamoDbClientLike } from '../aws/dynamodb/reader.ts'
import { stoppablePages } from '../core/stoppable-pages.ts'
import type { Clock } from '../ports/clock.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import { exportPages } from './dynamodb-export/export-pages.ts'
import type { S3ClientLike } from './dynamodb-export/s3-client.ts'
import { settingsOf } from './dynamodb-export/settings.ts'

export type { DynamoDbClientLike, S3ClientLike }

/** Options of {@link dynamoDbExportSnapshot}: `tableName`, and a `folder` or a `bucket`. */
export type DynamoDbExportOptions = DynamoDbExportReading &
  (
    | {
        /** The folder of an export on disk: that of its manifests, or one with a single export in `AWSDynamoDB/` below it. */
        readonly folder: string
        readonly bucket?: undefined
      }
    | {
        /** The bucket with the export. */
        readonly bucket: string
        /** The key of an export's `manifest-summary.json`. Default: the newest finished export below `prefix`. */
        readonly manifest?: string | undefined
        /** What the export was given as `S3Prefix`. Default: none. */
        readonly prefix?: string | undefined
        /** Starts an export to `bucket` and `prefix` at each opening, waits until it is finished, and reads it. */
        readonly start?: true | DynamoDbExportStart | undefined
        /**
         * An `S3Client` of `@aws-sdk/client-s3`, of the bucket's region. Default: one of the environment's region that
         * follows the bucket, with 1 s to connect, 5 s for each of at most three attempts to be answered.
         */
        readonly client?: S3ClientLike | undefined
        /** How long S3 may be silent while a file is read, in milliseconds. Default 30,000. */
        readonly timeoutMs?: number | undefined
        readonly folder?: undefined
      }
  )

interface DynamoDbExportReading {
  /** The exported table's name or ARN: an export of another table is refused. */
  readonly tableName: string
  /** The longest line that is read, in bytes. Default 16,777,216 (16 MiB): two images of 400 KB take less. */
  readonly maxLineBytes?: number | undefined
  /** The most that a data file may unpack to, in bytes. Default 34,359,738,368 (32 GiB). */
  readonly maxFileBytes?: number | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/** How an export is started. */
export interface DynamoDbExportStart {
  /** A `DynamoDBClient` of `@aws-sdk/client-dynamodb`. Default: as `dynamoDbTable` makes one. */
  readonly client?: DynamoDbClientLike | undefined
  /** The time to export the table as of, within the window of point-in-time recovery. Default: now. */
  readonly exportTime?: Date | undefined
  /** What changed from a time on, it included, up to another, or up to now: 15 minutes to 24 hours. Default: the whole table. */
  readonly incremental?: { readonly from: Date; readonly to?: Date | undefined } | undefined
  /** The account that owns the bucket, where it is another one. */
  readonly bucketOwner?: string | undefined
  /** The id of a KMS key to encrypt the export with. Default: what the bucket does. */
  readonly kmsKeyId?: string | undefined
  /** How often DynamoDB is asked whether it is finished, in milliseconds. Default 15,000. */
  readonly pollMs?: number | undefined
  /** How long it is waited for, in milliseconds. Default 3,600,000 (1 h). */
  readonly timeLimitMs?: number | undefined
  /** Told when the export was accepted. It goes on even if nobody waits for it any more. */
  readonly onStarted?: ((exportArn: string) => void) | undefined
}

/**
 * An export of a DynamoDB table to S3, read from the bucket or from disk: the table as it was at one time, without taking
 * any of its capacity.
 *
 * @example
 * ```ts
 * dynamoDbExportSnapshot({ tableName: 'inventory', bucket: 'inventory-exports', prefix: 'hourly' })
 * ```
 *
 * - **Full exports** are the table as of their time, to which both times of the summary are set. They come in no order. A
 *   partition is every so many-th data file. Items are decoded as the stream's images: exact numbers, `Set`s, `Uint8Array`s.
 * - **Incremental exports** hold what changed, each item in its last state, and removed ones as tombstones without a
 *   version. They are no complete place and say so: `complete: false`.
 * - **Checked** are the checksums of both manifests and of each data file, the number of items of each file and in all,
 *   and the table. A file's MD5 is known at its end, when its rows were given already: what is damaged ends the snapshot
 *   with a SnapshotError, so that nobody takes the rows for all.
 * - **Refused** by a SnapshotError that names file, line and remedy: exports in Amazon Ion, exports of another table, files
 *   that are missing, cut off or damaged, lines that are no JSON, no UTF-8, too long, or hold what is no attribute. No error
 *   shows what a line holds.
 * - **Memory** is that of two data files side by side, a page ahead of what is taken, whatever their size. A download that
 *   breaks off is taken up again where it stood. An abort ends it as not complete.
 * - **`start`** gives empty pages while it waits. An export takes minutes at least, and may take longer than a Lambda
 *   function lives: start one on a schedule of its own, and read the newest.
 *
 * Reading needs `s3:GetObject`, and `s3:ListBucket` for `prefix` and to tell a missing file from a forbidden one; `start`
 * needs `dynamodb:ExportTableToPointInTime`, `dynamodb:DescribeExport`, `s3:PutObject`, `s3:AbortMultipartUpload`, and
 * `dynamodb:DescribeTable` where `tableName` is no ARN. Point-in-time recovery must be switched on for the table.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 * @throws ConfigError for an option that cannot work.
 */
export function dynamoDbExportSnapshot(options: DynamoDbExportOptions): Snapshot {
  const settings = settingsOf(options)
  return {
    order: 'none',
    pages: ({ signal, partition }) =>
      stoppablePages(signal, (either) => exportPages(settings, { signal: either, partition })),
  }
}
