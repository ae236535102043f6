import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsDlq } from '../../../src/dlq/sqs.ts'
import { createQueueSyncHandler, createStreamSyncHandler, defineSync, type DlqSink } from '../../../src/index.ts'
import { dynamoDbTable } from '../../../src/tables/dynamodb.ts'
import { dynamoDbTarget } from '../../../src/targets/dynamodb.ts'
import { httpTarget } from '../../../src/targets/http.ts'
import { type EventSourceMapping, eventSourceMapping } from '../../../src/testing/event-source-mapping.ts'
import { redriveAll } from './redrive-all.ts'

/** Where everything is. Plain JSON, so that a process can be told. */
export interface Places {
  readonly database: string
  readonly table: string
  readonly streamArn: string
  /** The warehouse that is a table. */
  readonly south: string
  /** The warehouse over HTTP. */
  readonly north: string
  readonly sqs: string
  readonly queueUrl: string
}

export interface StockSync {
  /** From the oldest record to the stream's end; each call makes a mapping without checkpoints. */
  readonly mapping: () => EventSourceMapping
  /** Until the queue is empty. Answers how many messages were done. */
  readonly redrive: () => Promise<number>
  readonly close: () => void
}

/** The sync under test: one table, two warehouses, a dead letter queue. `wrap` stands between handler and queue. */
export function stockSync(places: Places, wrap: (dlq: DlqSink) => DlqSink = (dlq) => dlq): StockSync {
  const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  const client = new DynamoDBClient({ ...local, endpoint: places.database })
  const streams = new DynamoDBStreamsClient({ ...local, endpoint: places.database })
  const queue = new SQSClient({ ...local, endpoint: places.sqs, useQueueUrlAsEndpoint: false })
  const patience = {
    timeoutMs: 20_000, // a busy machine is no reason to park
    retry: { maxAttempts: 2, minDelayMs: 1, maxDelayMs: 5 },
    breaker: { failures: 5, coolDownMs: 1 },
  }
  const sync = defineSync({
    targets: {
      north: { target: httpTarget({ url: `${places.north}/stock/{sku}`, guarded: true }), ...patience },
      south: { target: dynamoDbTarget({ tableName: places.south, client }), ...patience },
    },
    dlq: wrap(sqsDlq({ queueUrl: places.queueUrl, client: queue })),
  })
  const redriver = createQueueSyncHandler({ ...sync, table: dynamoDbTable({ tableName: places.table, client }) })
  return {
    mapping: () =>
      eventSourceMapping({
        handler: createStreamSyncHandler(sync),
        stream: { client: streams, streamArn: places.streamArn },
        drain: true,
        batchSize: 30,
      }),
    redrive: () => redriveAll(queue, places.queueUrl, redriver),
    close: () => {
      for (const one of [client, streams, queue]) one.destroy()
    },
  }
}
