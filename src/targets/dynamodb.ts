import { readRows } from '../aws/dynamodb/read-rows.ts'
import type { DynamoDbClientLike } from '../aws/dynamodb/reader.ts'
import { scanRows } from '../aws/dynamodb/scan-rows.ts'
import type { ItemKey, KeyAttribute } from '../core/key.ts'
import type { Clock } from '../ports/clock.ts'
import type { SingleTarget } from '../ports/target.ts'
import { applyChange } from './dynamodb/apply.ts'
import { entryOf, foundEntries } from './dynamodb/entry.ts'
import { targetKey } from './dynamodb/key.ts'
import { settingsOf } from './dynamodb/settings.ts'

export type { DynamoDbClientLike }

/** How one key attribute of the target's table is made: the name of one of the item's key attributes, or a function. */
export type TargetKeyAttribute = string | ((item: ItemKey) => KeyAttribute)

/** Options of {@link dynamoDbTarget}. `tableName` is the only one that is needed. */
export interface DynamoDbTargetOptions {
  /** The table's name, or its ARN, which a table of another account needs. */
  readonly tableName: string
  /**
   * A `DynamoDBClient` of `@aws-sdk/client-dynamodb`. Default: one of the environment's region, or the ARN's, with 1 s to
   * connect, 5 s for each of at most three attempts. Give time-outs to your own too: the SDK has none by default.
   */
  readonly client?: DynamoDbClientLike | undefined
  /**
   * The target's key attributes, one or two, where they are not the item's own: `{ pk: ({ key }) => key }`, or by name
   * `{ article: 'sku', site: 'location' }`. Two items must never get the same key. Attributes that are only the table's
   * key are not part of what reconcile compares. Default: the item's key attributes as they are.
   */
  readonly key?: Readonly<Record<string, TargetKeyAttribute>> | undefined
  /** The attribute that holds the version, a text. Default `_version`. */
  readonly versionAttribute?: string | undefined
  /** The attribute that marks a tombstone, `true`. Default `_removed`. */
  readonly removedAttribute?: string | undefined
  /** The attribute with a tombstone's end, in seconds since 1970: switch TTL on for it. Default `_expiresAt`. */
  readonly expiryAttribute?: string | undefined
  /**
   * How long a tombstone is kept, in whole days. It must be longer than dead letters live: at least the dead letter
   * queue's retention plus 24 h, hence at least 2. Default 30.
   */
  readonly tombstoneDays?: number | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/**
 * A warehouse that is a DynamoDB table. A guarded target: each change is one conditional PutItem on the stored version.
 *
 * @example
 * ```ts
 * dynamoDbTarget({ tableName: 'stock-lyon' })
 * ```
 *
 * **Rows** hold the item as the schema put it out, written exactly, the key attributes, and the version. A removal
 * leaves a tombstone: key attributes, version, `_removed`, and `_expiresAt` for the table's TTL. Until it is deleted, an
 * expired tombstone still guards. A row without a version is older than everything and is replaced whole.
 *
 * **Answers.** A newer change is applied. The version that the table holds already: unchanged. An older one: stale.
 *
 * **Rejected** are items that DynamoDB cannot hold exactly (each reason names its attribute), that have an attribute of
 * the same name as version, mark or expiry, or as a key attribute but another value, or a top-level one called
 * `__proto__`, which the SDK loses on reading; a row whose version attribute holds something else; and what DynamoDB
 * refuses for its content: a row above 400 KB, a key of the wrong type. **Unavailable** is all else: throttling, 5xx,
 * time-outs, conflicting transactions, and a missing table or permission, because a deployment heals them and the
 * change does not. The SDK's client retries; this target does not.
 *
 * **Reads** are strongly consistent, in chunks of 100 keys, four at a time. What DynamoDB leaves unprocessed, or
 * throttles, is asked for again, with growing pauses, until the signal aborts. A snapshot is a Scan, no instant and in no
 * order; a partition is a segment of a parallel scan; an abort ends it early, as not complete.
 *
 * The role needs `dynamodb:PutItem` and `dynamodb:GetItem`, and for reconcile `dynamodb:BatchGetItem` and `dynamodb:Scan`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 * @throws ConfigError for a name that no table can have, and for an option that cannot work.
 */
export function dynamoDbTarget<Item = unknown>(options: DynamoDbTargetOptions): SingleTarget<Item> {
  const settings = settingsOf(options)
  const { reader } = settings
  return {
    guarded: true,
    apply: (change, { signal }) => applyChange(change, settings, signal),
    read: async (keys, { signal }) => {
      const asked = keys.map((item) => ({ item, key: targetKey(item, settings) }))
      const rows = await readRows(
        reader,
        asked.map(({ key }) => key),
        signal,
      )
      return foundEntries(rows, asked, settings)
    },
    snapshot: () => ({
      order: 'none',
      pages: ({ signal, partition }) =>
        scanRows(reader, { signal, partition, entryOf: (row) => entryOf(row, settings) }),
    }),
  }
}
