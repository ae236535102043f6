import {
  createReconcileHandler,
  defineSync,
  type Lock,
  type SnapshotEntry,
  type SourceTable,
} from 'dynamodb-stream-sync'
import { dynamoDbLock } from 'dynamodb-stream-sync/locks/dynamodb'
import { dynamoDbSnapshot, type DynamoDbClientLike } from 'dynamodb-stream-sync/snapshots/dynamodb'
import { dynamoDbExportSnapshot, type S3ClientLike } from 'dynamodb-stream-sync/snapshots/dynamodb-export'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'

// region handler
const sync = defineSync({ targets: { lyon: dynamoDbTarget({ tableName: 'lyon-stock' }) } })

export const handler = createReconcileHandler({
  ...sync,
  table: dynamoDbTable({ tableName: 'inventory', segments: 4, readCapacityPerSecond: 500 }),
  mode: 'apply',
  lock: dynamoDbLock({ tableName: 'locks' }),
})
// endregion

// region source
/** Walks over the newest export, and looks suspects up in the table itself. */
export function exportedTable(
  clients: { readonly dynamodb?: DynamoDbClientLike; readonly s3?: S3ClientLike } = {},
): SourceTable {
  const { read } = dynamoDbTable({ tableName: 'inventory', client: clients.dynamodb })
  return {
    read,
    snapshot: () =>
      dynamoDbExportSnapshot({
        tableName: 'inventory',
        bucket: 'inventory-exports',
        prefix: 'nightly',
        client: clients.s3,
      }),
  }
}
// endregion

// region start
export const tonight = dynamoDbExportSnapshot({
  tableName: 'inventory',
  bucket: 'inventory-exports',
  prefix: 'nightly',
  start: { timeLimitMs: 3_600_000 },
})
// endregion

// region resume
interface Stand {
  readonly load: () => Promise<string | undefined>
  readonly save: (stand: string) => Promise<void>
}

/** Takes a table page by page. After a crash it goes on where it stood. */
export async function takeAll(
  stand: Stand,
  take: (rows: readonly SnapshotEntry[]) => Promise<void>,
  client?: DynamoDbClientLike,
): Promise<void> {
  const snapshot = dynamoDbSnapshot({
    tableName: 'inventory',
    client,
    readCapacityPerSecond: 200,
    resumeFrom: await stand.load(),
    onProgress: ({ resumeFrom }) => stand.save(resumeFrom()),
  })
  const pages = snapshot.pages({ signal: new AbortController().signal })
  for (let page = await pages.next(); page.done !== true; page = await pages.next()) await take(page.value)
}
// endregion

// region lock
/** Answers whether the work was done; it is not, when somebody else is at it. */
export async function alone(lock: Lock, work: () => Promise<void>): Promise<boolean> {
  const lease = await lock.acquire('month-end', 900_000)
  if (!lease) return false
  try {
    await work()
    return true
  } finally {
    await lease.release()
  }
}
// endregion
