import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import type { StreamRecord } from 'dynamodb-stream-sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  eventSourceMapping,
  type EventSourceMapping,
  type OnFailurePointer,
} from '../../src/testing/event-source-mapping.ts'
import { createTable, type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { failing, numbersOf } from '../support/mapped-records.ts'

describe.each(dynamoDbServers())('a mapping on $name', (kind) => {
  describe.skipIf(skipped(kind))('that polls a real stream', () => {
    const region = kind.name === 'dynoxide' ? 'dynoxide' : 'ddblocal'
    let server: DynamoDbServer
    let client: DynamoDBStreamsClient

    beforeAll(async () => {
      server = await kind.start()
      client = new DynamoDBStreamsClient({
        endpoint: server.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      })
    })
    afterAll(async () => {
      client.destroy()
      await server.stop()
    })

    let tables = 0
    async function newTable() {
      const TableName = `stock-${++tables}`
      const database = server.client
      const { streamArn } = await createTable(database, TableName, { sku: 'S', place: 'S' }, 'NEW_AND_OLD_IMAGES')
      const key = (sku: string) => ({ sku: { S: sku }, place: { S: 'aisle' } })
      return {
        streamArn: streamArn!,
        put: (sku: string, attributes: PutItemCommand['input']['Item'] = {}) =>
          database.send(new PutItemCommand({ TableName, Item: { ...key(sku), ...attributes } })),
        add: (sku: string, quantity: number) =>
          database.send(
            new UpdateItemCommand({
              TableName,
              Key: key(sku),
              UpdateExpression: 'ADD quantity :q',
              ExpressionAttributeValues: { ':q': { N: String(quantity) } },
            }),
          ),
        remove: (sku: string) => database.send(new DeleteItemCommand({ TableName, Key: key(sku) })),
      }
    }

    it('hands over records as Lambda does', async () => {
      const table = await newTable()
      const binary = { B: Uint8Array.of(1, 255) }
      await table.put('a', { quantity: { N: '12345678901234567890123456789012345678' }, binary, list: { L: [binary] } })
      await table.put('a', { tags: { SS: ['x'] } })
      await table.remove('a')
      const seen: StreamRecord[] = []
      const handler = async ({ Records }: { Records: readonly StreamRecord[] }) => void seen.push(...Records)
      await eventSourceMapping({ handler, stream: { client, streamArn: table.streamArn }, drain: true }).run()

      expect(seen.map((record) => record.eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE'])
      expect(JSON.parse(JSON.stringify(seen))).toEqual(seen)
      for (const record of seen) {
        expect(record).toMatchObject({
          eventSource: 'aws:dynamodb',
          eventVersion: '1.1',
          awsRegion: region,
          eventSourceARN: table.streamArn,
          dynamodb: { Keys: { sku: { S: 'a' }, place: { S: 'aisle' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        })
        expect(record.eventID).toEqual(expect.any(String))
        expect(record.dynamodb?.SequenceNumber).toMatch(/^\d+$/)
        expect(Number.isInteger(record.dynamodb?.ApproximateCreationDateTime)).toBe(true)
      }
      expect(seen[0]?.dynamodb?.NewImage).toEqual({
        sku: { S: 'a' },
        place: { S: 'aisle' },
        quantity: { N: '12345678901234567890123456789012345678' },
        binary: { B: 'Af8=' },
        list: { L: [{ B: 'Af8=' }] },
      })
      expect(seen[2]?.dynamodb?.OldImage).toMatchObject({ tags: { SS: ['x'] } })
    })

    it('skips writes that change nothing', async () => {
      const table = await newTable()
      await table.put('a', { tags: { SS: ['x', 'y'] } })
      await table.put('a', { tags: { SS: ['y', 'x'] } })
      await table.add('b', 5)
      await table.add('b', 0)
      const skus: unknown[] = []
      await eventSourceMapping({
        handler: async ({ Records }) => void skus.push(...Records.map((record) => record.dynamodb?.Keys)),
        stream: { client, streamArn: table.streamArn },
        drain: true,
      }).run()
      expect(skus).toMatchObject([{ sku: { S: 'a' } }, { sku: { S: 'b' } }])
    })

    it('delivers all, each key in order, while a handler fails in every way; what is given up is pointed to', async () => {
      const table = await newTable()
      const writes = Array.from({ length: 400 }, (_, index) => ({ sku: `sku-${String(index % 20)}`, add: index + 1 }))
      for (const { sku, add } of writes) await table.add(sku, add)

      const last = new Map<string, number>()
      const acknowledged = new Set<string>()
      const pointers: OnFailurePointer[] = []
      let calls = 0
      const regressions: string[] = []
      await eventSourceMapping({
        stream: { client, streamArn: table.streamArn },
        drain: true,
        batchSize: 50,
        parallelizationFactor: 4,
        maximumRetryAttempts: 2,
        bisectBatchOnFunctionError: true,
        retryDelayMs: 0,
        partitionKey: 'sku',
        onFailure: (pointer) => void pointers.push(pointer),
        handler: async ({ Records }) => {
          if (Records.some((record) => isPoison(record))) throw new Error('poison')
          const numbers = numbersOf({ Records })
          const fails = ++calls % 3 === 0 ? Math.floor(numbers.length / 2) : numbers.length
          for (const record of Records.slice(0, fails)) {
            const { sku, quantity } = imageOf(record)
            if (quantity < (last.get(sku) ?? 0)) regressions.push(sku)
            last.set(sku, quantity)
            acknowledged.add(record.dynamodb?.SequenceNumber ?? '')
          }
          return fails === numbers.length || fails === 0 ? undefined : failing(...numbers.slice(fails))
        },
      }).run()

      expect(pointers.map(({ requestContext, DDBStreamBatchInfo: batch }) => [requestContext, batch])).toMatchObject([
        [
          { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
          { batchSize: 1, streamArn: table.streamArn },
        ],
      ])
      expect(acknowledged.size + pointers.length).toBe(writes.length)
      expect(last.size).toBe(20)
      expect(regressions).toEqual([])
    })

    it('polls what is written meanwhile, until it is stopped, and reads on where it was', async () => {
      const table = await newTable()
      const seen: string[] = []
      let arrived = (): void => undefined
      const mapping: EventSourceMapping = eventSourceMapping({
        stream: { client, streamArn: table.streamArn },
        startingPosition: 'TRIM_HORIZON',
        pollingIntervalMs: 5,
        handler: async ({ Records }) => {
          seen.push(...Records.map((record) => imageOf(record).sku))
          arrived()
        },
      })
      for (const sku of ['a', 'b', 'c']) {
        const arrival = new Promise<void>((resolve) => (arrived = resolve))
        const run = mapping.run()
        await table.add(sku, 1)
        await arrival
        await mapping.stop()
        await run
      }
      expect(seen).toEqual(['a', 'b', 'c'])
    })

    it('from LATEST sees only what comes after the first look', async () => {
      const table = await newTable()
      await table.add('before', 1)
      const seen: string[] = []
      const mapping = eventSourceMapping({
        stream: { client, streamArn: table.streamArn },
        startingPosition: 'LATEST',
        drain: true,
        handler: async ({ Records }) => void seen.push(...Records.map((record) => imageOf(record).sku)),
      })
      await mapping.run()
      await table.add('after', 1)
      await mapping.run()
      expect(seen).toEqual(['after'])
    })

    it('rejects with the server’s own words where the stream does not exist', async () => {
      const { streamArn } = await newTable()
      const missing = streamArn.replace(/stock-\d+/, 'no-such-table')
      const mapping = eventSourceMapping({ handler: async () => undefined, stream: { client, streamArn: missing } })
      await expect(mapping.run()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    })
  })
})

interface Image {
  readonly sku: { readonly S: string }
  readonly quantity: { readonly N: string }
}

function imageOf(record: StreamRecord): { readonly sku: string; readonly quantity: number } {
  const { sku, quantity } = record.dynamodb?.NewImage as Image // every write of these tests is an ADD
  return { sku: sku.S, quantity: Number(quantity.N) }
}

/** The second write of sku-0: 1, then 21 more. */
function isPoison(record: StreamRecord): boolean {
  const { sku, quantity } = imageOf(record)
  return sku === 'sku-0' && quantity === 22
}
