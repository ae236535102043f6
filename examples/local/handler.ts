import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { emfMetrics } from 'dynamodb-stream-sync/metrics/emf'
import { inventorySync } from './sync.ts'

const sync = inventorySync(
  {
    dynamoDb: { client: new DynamoDBClient({}) },
    queue: {
      client: new SQSClient({ useQueueUrlAsEndpoint: false }), // the region's endpoint, or AWS_ENDPOINT_URL_SQS
      url: setting('QUEUE_URL'),
    },
    berlinUrl: setting('BERLIN_URL'),
    portoUrl: setting('PORTO_URL'),
  },
  emfMetrics({ service: 'inventory' }),
)

/** The demo's sync as a Lambda function. Bundle this file: the environment names the places, and the SDK reads its own settings there. */
export const handler = createStreamSyncHandler({ ...sync, logger: console })

function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`)
  return value
}
