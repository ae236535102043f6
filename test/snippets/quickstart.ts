import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { sqsDlq } from 'dynamodb-stream-sync/dlq/sqs'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'

export const handler = createStreamSyncHandler({
  targets: {
    berlin: httpTarget({ url: 'https://berlin.example/stock/{sku}' }),
    porto: { target: httpTarget({ url: 'https://porto.example/stock/{sku}' }), when: (item) => item.quantity > 0 },
  },
  dlq: sqsDlq({ queueUrl: process.env['DLQ_URL']! }),
})
