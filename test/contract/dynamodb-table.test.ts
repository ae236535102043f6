import { once } from 'node:events'
import { createServer } from 'node:net'
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { marshalImage } from '../../src/core/marshal.ts'
import { createTable, type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { itemKeyOf } from '../support/fake-dynamodb.ts'
import { allOf, callContext } from '../support/stock-changes.ts'

describe.each(dynamoDbServers())('dynamoDbTable on $name', (kind) => {
  describe.skipIf(skipped(kind))('a real server', () => {
    let server: DynamoDbServer
    let tables = 0

    beforeAll(async () => {
      server = await kind.start()
    })
    afterAll(() => server.stop())

    async function tableOf(key: Parameters<typeof createTable>[2], items: readonly object[]) {
      const { tableName } = await createTable(server.client, `inventory-${(tables += 1)}`, key)
      for (let at = 0; at < items.length; at += 25) {
        const requests = items.slice(at, at + 25).map((item) => ({ PutRequest: { Item: marshalImage(item) as never } }))
        await server.client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }))
      }
      return dynamoDbTable({ tableName, client: server.client })
    }

    test('250 keys of text and number are read, each once, and what is gone is left out', async () => {
      const items = Array.from({ length: 250 }, (_, index) => ({
        sku: `A${index % 5}`,
        location: index,
        quantity: index,
      }))
      const table = await tableOf({ sku: 'S', location: 'N' }, items)
      const keys = items.map(({ sku, location }) => itemKeyOf({ sku, location }))
      const entries = await table.read(
        [...keys, ...keys.slice(0, 9), itemKeyOf({ sku: 'gone', location: 1 })],
        callContext(),
      )
      expect(entries).toHaveLength(250)
      expect(entries).toEqual(expect.arrayContaining(items.map((item) => ({ item }))))
    })

    test('rows come back exactly, with binary keys too', async () => {
      const items = [
        {
          code: new Uint8Array([0, 255]),
          n: 12345678901234567890123456789012345678n,
          f: { value: '0.12345678901234567890123' },
        },
        { code: new Uint8Array([1]), tags: new Set(['a', 'b']), map: JSON.parse('{ "__proto__": 1 }') as object },
      ]
      const table = await tableOf({ code: 'B' }, items)
      const entries = await table.read(
        items.map(({ code }) => itemKeyOf({ code })),
        callContext(),
      )
      expect(entries).toEqual(expect.arrayContaining(items.map((item) => ({ item }))))
      expect(JSON.stringify(entries.find(({ item }) => 'map' in item)!.item['map'])).toBe('{"__proto__":1}')
    })

    test('a row that the table holds but the client cannot read is unavailable, not gone', async () => {
      const item = JSON.parse('{ "sku": "A", "__proto__": 1 }') as object
      const table = await tableOf({ sku: 'S' }, [item])
      await expect(table.read([itemKeyOf({ sku: 'A' })], callContext())).rejects.toMatchObject({
        code: 'TARGET_UNAVAILABLE',
      })
      await expect(allOf(table.snapshot())).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' })
    })

    test('a snapshot of several pages is whole, and its partitions together are it', async () => {
      const items = Array.from({ length: 100 }, (_, index) => ({ sku: `A${index}`, text: 'x'.repeat(30_000) }))
      const table = await tableOf({ sku: 'S' }, items)
      const { pages, entries, summary } = await allOf(table.snapshot())
      expect(pages.length).toBeGreaterThan(1)
      expect(summary.complete).toBe(true)
      expect(summary.endedAt.getTime()).toBeGreaterThanOrEqual(summary.startedAt.getTime())
      const names = (some: typeof entries) => some.map(({ item }) => String(item['sku'])).sort()
      expect(names(entries)).toEqual(items.map(({ sku }) => sku).sort())
      const parts = await Promise.all([0, 1, 2, 3].map((index) => allOf(table.snapshot(), { index, count: 4 })))
      expect(names(parts.flatMap((part) => part.entries))).toEqual(names(entries))
    })

    test('an empty table is whole', async () => {
      const table = await tableOf({ sku: 'S' }, [])
      expect(await allOf(table.snapshot())).toMatchObject({ pages: [], summary: { complete: true } })
      expect(await table.read([itemKeyOf({ sku: 'A' })], callContext())).toEqual([])
    })

    test('keys that are not the table’s are unavailable', async () => {
      const table = await tableOf({ sku: 'S' }, [])
      for (const key of [{ id: 'A' }, { sku: 7 }])
        await expect(table.read([itemKeyOf(key)], callContext())).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    })
  })
})

describe('a server that never answers', () => {
  test('read and snapshot end when the signal aborts', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { readonly port: number }
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials })
    const table = dynamoDbTable({ tableName: 'inventory', client })
    try {
      const controller = new AbortController()
      const asked = once(silent, 'connection')
      const read = table.read([itemKeyOf({ sku: 'A' })], callContext(controller.signal))
      const page = table.snapshot().pages({ signal: controller.signal }).next()
      await asked
      controller.abort()
      await expect(read).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      expect(await page).toMatchObject({ done: true, value: { complete: false } })
    } finally {
      client.destroy()
      silent.close()
    }
  })
})
