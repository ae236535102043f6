import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import {
  createQueueSyncHandler,
  createStreamSyncHandler,
  TargetUnavailableError,
  type InventoryItem,
  type SingleTarget,
} from 'dynamodb-stream-sync'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'
import { sqsTarget } from 'dynamodb-stream-sync/targets/sqs'
import { eventSourceMapping, memoryTarget } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { queued } from '../support/kill/redrive-all.ts'
import { stockTable } from '../support/kill/stock-table.ts'
import { type Arrange, drainQueue } from '../support/queue-drain.ts'
import { type SqsServer, startSqs } from '../support/sqs-server.ts'

const [dynoxide] = dynamoDbServers()

/** A standard queue gives what it likes, in any order, and some of it twice. */
const disorder: Arrange = (records) => [...records].reverse().concat(records.slice(0, 3))
const inOrder: Arrange = (records) => records

describe.skipIf(skipped(dynoxide!))('a warehouse behind a queue of its own', () => {
  let database: DynamoDbServer
  let sqs: SqsServer
  let streams: DynamoDBStreamsClient
  beforeAll(async () => {
    ;[database, sqs] = await Promise.all([dynoxide!.start(), startSqs()])
    const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
    streams = new DynamoDBStreamsClient({ ...local, endpoint: database.endpoint })
  })
  afterAll(async () => {
    streams.destroy()
    await Promise.all([database.stop(), sqs.stop()])
  })

  test.each([
    { fifo: false, arrange: disorder },
    { fifo: true, arrange: inOrder },
  ])('holds the table in the end, after an outage, duplicates and disorder; fifo: $fifo', async ({ fifo, arrange }) => {
    const { table, south, streamArn, write, items, southItems, southSetBacks } = await stockTable(database)
    const queueUrl = sqs.createQueue({ fifo })
    const north = memoryTarget()
    const onStream = createStreamSyncHandler({
      targets: { north, south: { target: sqsTarget({ queueUrl, client: sqs.client }), timeoutMs: 20_000 } },
    })
    const mapping = (batchSize: number) =>
      eventSourceMapping({ handler: onStream, stream: { client: streams, streamArn }, drain: true, batchSize }).run()

    let state: 'down' | 'shaky' = 'down'
    const warehouse = dynamoDbTarget<InventoryItem>({ tableName: south, client: database.client })
    const onQueue = createQueueSyncHandler({
      targets: { south: { target: faulty(warehouse, () => state), retry: { maxAttempts: 1 }, breaker: false } },
      table: dynamoDbTable({ tableName: table, client: database.client }),
    })
    const drain = () => drainQueue(sqs.client, queueUrl, onQueue, { arrange })

    await write(100)
    await mapping(30)
    expect(await drain()).toMatchObject({ done: 0 })
    expect(await southItems()).toEqual([])
    expect(bySku(north.items())).toEqual(await items()) // nobody else waits

    await write(60)
    await mapping(7) // from the first record again: each is sent twice, folded otherwise
    state = 'shaky'
    let [done, failed] = [0, 0]
    while ((await queued(sqs.client, queueUrl)) > 0) {
      const pass = await drain()
      done += pass.done
      failed += pass.failed
    }
    expect(done).toBeGreaterThan(20)
    expect(failed).toBeGreaterThan(0)
    expect(await southItems()).toEqual(await items())
    expect(bySku(north.items())).toEqual(await items())
    expect(await southSetBacks()).toEqual([])
  })
})

/** Down, or failing every fourth call. */
function faulty({ apply }: SingleTarget<InventoryItem>, state: () => 'down' | 'shaky'): SingleTarget<InventoryItem> {
  let calls = 0
  return {
    guarded: true,
    apply: async (change, context) => {
      calls++
      if (state() === 'down' || calls % 4 === 0) throw new TargetUnavailableError('The warehouse is down.')
      return apply(change, context)
    },
  }
}

function bySku(items: readonly InventoryItem[]): readonly InventoryItem[] {
  return [...items].sort((a, b) => (a.sku < b.sku ? -1 : 1))
}
