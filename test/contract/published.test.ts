import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import { warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { createTable, dynamoDbServers, skipped, type DynamoDbServer } from '../support/dynamodb-servers.ts'
import { startWmsServer } from '../support/wms-server.ts'

describe('httpTarget on a guarded server keeps the published contract', () => {
  let server: Awaited<ReturnType<typeof startWmsServer>>
  beforeAll(async () => {
    server = await startWmsServer({})
  })
  afterAll(() => server.stop())

  const create = () =>
    httpTarget({
      url: `${server.url}/sku-{sku}`, // a prefix, for a path segment of dots alone cannot be carried by a URL
      guarded: true,
      read: (body) => ({ item: body as Readonly<Record<string, unknown>> }),
    })
  for (const { name, check } of warehouseTargetContract({ create })) test(name, check)
})

describe.each(dynamoDbServers())('dynamoDbTarget on $name keeps the published contract', (kind) => {
  describe.skipIf(skipped(kind))('a real server', () => {
    let server: DynamoDbServer
    let tableName: string
    beforeAll(async () => {
      server = await kind.start()
      ;({ tableName } = await createTable(server.client, 'published', { sku: 'S' }))
    })
    afterAll(() => server.stop())

    const create = () => dynamoDbTarget({ tableName, client: server.client })
    for (const { name, check } of warehouseTargetContract({ create })) test(name, check)
  })
})
