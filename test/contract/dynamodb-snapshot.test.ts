import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { dynamoDbSnapshot, type ScanProgress } from 'dynamodb-stream-sync/snapshots/dynamodb'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { marshalImage } from '../../src/core/marshal.ts'
import { createTable, type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { allOf } from '../support/stock-changes.ts'

describe.each(dynamoDbServers())('dynamoDbSnapshot on $name', (kind) => {
  describe.skipIf(skipped(kind))('a real server', () => {
    let server: DynamoDbServer
    let tables = 0
    const skus = (entries: Awaited<ReturnType<typeof allOf>>['entries']) =>
      entries.map(({ item }) => String(item['sku'])).sort()

    beforeAll(async () => {
      server = await kind.start()
    })
    afterAll(() => server.stop())

    async function write(tableName: string, items: readonly object[]) {
      for (let at = 0; at < items.length; at += 25) {
        const requests = items.slice(at, at + 25).map((item) => ({ PutRequest: { Item: marshalImage(item) as never } }))
        await server.client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }))
      }
    }

    async function tableOf(items: readonly object[], key: Parameters<typeof createTable>[2] = { sku: 'S' }) {
      const { tableName } = await createTable(server.client, `scanned-${(tables += 1)}`, key)
      await write(tableName, items)
      return tableName
    }

    /** Some megabytes, so that segments have several pages. */
    const large = Array.from({ length: 200 }, (_, index) => ({ sku: `A${index}`, text: 'x'.repeat(30_000) }))

    test('segments together are the table, and so are the partitions', async () => {
      const tableName = await tableOf(large)
      const snapshot = dynamoDbSnapshot({ tableName, client: server.client, segments: 3 })
      const { entries, summary } = await allOf(snapshot)
      expect(skus(entries)).toEqual(large.map(({ sku }) => sku).sort())
      expect(summary).toMatchObject({ complete: true, rows: 200 })
      const parts = await Promise.all([0, 1].map((index) => allOf(snapshot, { index, count: 2 })))
      expect(skus(parts.flatMap((part) => part.entries))).toEqual(skus(entries))
    })

    test('what is left after a stop is read from where it stood, with keys of bytes and numbers', async () => {
      const items = Array.from({ length: 120 }, (_, index) => ({
        code: new Uint8Array([index, 255]),
        at: index % 7,
        text: 'x'.repeat(40_000),
        sku: `A${index}`,
      }))
      const tableName = await tableOf(items, { code: 'B', at: 'N' })
      let stand = ''
      const onProgress = ({ resumeFrom }: ScanProgress) => void (stand = resumeFrom())
      const options = { tableName, client: server.client, segments: 2 }
      const pages = dynamoDbSnapshot({ ...options, onProgress }).pages({ signal: new AbortController().signal })
      const first = await pages.next()
      await pages.next()
      await pages.return?.()
      const taken = first.done ? [] : first.value
      const rest = await allOf(dynamoDbSnapshot({ tableName, client: server.client, resumeFrom: stand }))
      expect(taken.length).toBeGreaterThan(0)
      expect(skus([...taken, ...rest.entries])).toEqual(items.map(({ sku }) => sku).sort())
      expect(rest.summary.complete).toBe(false)
    })

    test('a projection gives the key and what is named, and an attribute with a dot is one attribute', async () => {
      const tableName = await tableOf([{ sku: 'A', size: 1, 'a.b': 2, a: { b: 3 }, more: 4 }])
      const options = { tableName, client: server.client, key: 'sku', projection: ['size', 'a.b'] }
      expect((await allOf(dynamoDbSnapshot(options))).entries).toEqual([{ item: { sku: 'A', size: 1, 'a.b': 2 } }])
    })

    test('an index gives the rows that it holds', async () => {
      const tableName = `scanned-${(tables += 1)}`
      await server.client.send(
        new CreateTableCommand({
          TableName: tableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' }],
          AttributeDefinitions: ['sku', 'shelf'].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
          GlobalSecondaryIndexes: [
            {
              IndexName: 'by-shelf',
              KeySchema: [{ AttributeName: 'shelf', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      )
      await write(tableName, [{ sku: 'A', shelf: 'S1' }, { sku: 'B' }])
      const { entries } = await allOf(
        dynamoDbSnapshot({ tableName, client: server.client, indexName: 'by-shelf', readCapacityPerSecond: 50 }),
      )
      expect(entries).toEqual([{ item: { sku: 'A', shelf: 'S1' } }])
    })

    test('the server tells what pages cost', async () => {
      const tableName = await tableOf(large.slice(0, 60)) // 8 units each, consistently
      const told: ScanProgress[] = []
      const options = { tableName, client: server.client, segments: 2, readCapacityPerSecond: 200 }
      await allOf(dynamoDbSnapshot({ ...options, onProgress: (progress) => void told.push(progress) }))
      expect(told.at(-1)!.units).toBeGreaterThan(60 * 7)
    })

    test('dynamoDbTable scans with segments and a limit too', async () => {
      const tableName = await tableOf(large.slice(0, 50))
      const table = dynamoDbTable({ tableName, client: server.client, segments: 4, readCapacityPerSecond: 1_000 })
      const { entries, summary } = await allOf(table.snapshot())
      expect(entries).toHaveLength(50)
      expect(summary).toMatchObject({ complete: true, rows: 50 })
    })

    test('a table that is not there is unavailable, with a remedy', async () => {
      const snapshot = dynamoDbSnapshot({ tableName: 'not-there', client: server.client })
      await expect(allOf(snapshot)).rejects.toMatchObject({
        code: 'TARGET_UNAVAILABLE',
        message: expect.stringContaining('Check tableName') as string,
      })
    })
  })
})
