import { createQueueSyncHandler, createStreamSyncHandler, defineSync } from 'dynamodb-stream-sync'
import { sqsDlq } from 'dynamodb-stream-sync/dlq/sqs'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'

// region current
const sync = defineSync({
  targets: {
    lyon: httpTarget({ url: 'https://lyon.example/stock/{sku}', guarded: true }),
  },
  dlq: sqsDlq({ queueUrl: process.env['DLQ_URL']! }),
})

export const onStream = createStreamSyncHandler(sync)
export const onQueue = createQueueSyncHandler({ ...sync, table: dynamoDbTable({ tableName: 'inventory' }) })
// endregion

// region original
export const onQueueOriginal = createQueueSyncHandler({ ...sync, mode: 'original' })
// endregion
