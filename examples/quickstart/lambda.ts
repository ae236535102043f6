import { sqsDlq } from 'dynamodb-stream-sync/dlq/sqs'
import { jsonLogger } from 'dynamodb-stream-sync/logging/json'
import { emfMetrics } from 'dynamodb-stream-sync/metrics/emf'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import { stockHandler } from './handler.ts'

export const handler = stockHandler({
  berlin: httpTarget({ url: 'https://berlin.example/stock/{sku}', guarded: true }),
  porto: httpTarget({ url: 'https://porto.example/stock/{sku}', guarded: true }),
  dlq: sqsDlq({ queueUrl: process.env['DLQ_URL']! }),
  metrics: emfMetrics({ service: 'stock' }),
  logger: jsonLogger(),
})
