import { sqsDlq } from 'dynamodb-stream-sync/dlq/sqs'
import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import { stockHandler } from './three-warehouses.ts'

export const handler = stockHandler({
  berlin: httpTarget({
    url: 'https://berlin.example/stock/{sku}/{location}',
    body: (item) => ({ free: item.onHand - item.reserved }),
    guarded: true,
  }),
  austin: httpTarget({ url: 'https://austin.example/stock/{sku}/{location}' }),
  ledger: dynamoDbTarget({ tableName: 'stock-ledger' }),
  dlq: sqsDlq({ queueUrl: process.env['DLQ_URL']! }),
})
