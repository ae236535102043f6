import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { dynamoDbSnapshot } from 'dynamodb-stream-sync/snapshots/dynamodb'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'
import { snapshotContract } from 'dynamodb-stream-sync/testing'
import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { marshalImage } from '../../src/core/marshal.ts'
import { createTable, type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { callContext, upsertOf } from '../support/stock-changes.ts'

describe.each(dynamoDbServers())('snapshots on $name keep the published contract', (kind) => {
  describe.skipIf(skipped(kind))('a real server', () => {
    let server: DynamoDbServer
    let tables = 0
    beforeAll(async () => {
      server = await kind.start()
    })
    afterAll(() => server.stop())

    const emptyTable = async () =>
      (await createTable(server.client, `snapshots-${(tables += 1)}`, { sku: 'S' })).tableName

    const tableOf = async (rows: readonly object[]) => {
      const tableName = await emptyTable()
      for (let at = 0; at < rows.length; at += 25) {
        const requests = rows.slice(at, at + 25).map((row) => ({ PutRequest: { Item: marshalImage(row) as never } }))
        await server.client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }))
      }
      return tableName
    }

    describe('dynamoDbTable', () => {
      const create = async (rows: readonly object[]) =>
        dynamoDbTable({ tableName: await tableOf(rows), client: server.client }).snapshot()
      for (const { name, check } of snapshotContract({ create })) test(name, check)
    })

    describe('dynamoDbSnapshot', () => {
      const create = async (rows: readonly object[]) =>
        dynamoDbSnapshot({
          tableName: await tableOf(rows),
          client: server.client,
          key: 'sku',
          projection: ['quantity'],
        })
      for (const { name, check } of snapshotContract({ create })) test(name, check)
    })

    describe('dynamoDbSnapshot with a limit of capacity', () => {
      const create = async (rows: readonly object[]) =>
        dynamoDbSnapshot({ tableName: await tableOf(rows), client: server.client, readCapacityPerSecond: 100 })
      for (const { name, check } of snapshotContract({ create })) test(name, check)
    })

    describe('dynamoDbTarget', () => {
      const limit = pLimit(20)
      const create = async (rows: readonly object[]) => {
        const target = dynamoDbTarget({ tableName: await emptyTable(), client: server.client })
        const written = rows.map((row) => {
          const { sku, ...item } = row as { readonly sku: string }
          return limit(() => target.apply(upsertOf({ sku }, 1, item), callContext()))
        })
        await Promise.all(written)
        return target.snapshot!()
      }
      for (const { name, check } of snapshotContract({ create })) test(name, check)
    })
  })
})
