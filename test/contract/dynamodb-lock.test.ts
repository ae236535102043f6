import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamoDbLock } from 'dynamodb-stream-sync/locks/dynamodb'
import { lockContract, manualClock } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'

describe.each(dynamoDbServers())('dynamoDbLock on $name', (kind) => {
  describe.skipIf(skipped(kind))('a real server', () => {
    const clock = manualClock()
    let server: DynamoDbServer

    beforeAll(async () => {
      server = await kind.start()
      await createTable(server.client, 'locks', { name: 'S' })
    })
    afterAll(() => server.stop())

    const lockOf = (options: object = {}) =>
      dynamoDbLock({ tableName: 'locks', client: server.client, clock, ...options })

    describe('keeps the published contract', () => {
      const options = { create: () => lockOf(), pass: clock.advance, graceMs: 60_000 }
      for (const { name, check } of lockContract(options)) test(name, check)
    })

    test('what is let go leaves no row, and a row says when it may be deleted', async () => {
      const row = async () =>
        (await server.client.send(new GetItemCommand({ TableName: 'locks', Key: { name: { S: 'own' } } }))).Item
      const lease = await lockOf({ owner: 'a test' }).acquire('own', 60_000)
      expect(await row()).toMatchObject({ owner: { S: 'a test' }, leaseMs: { N: '60000' } })
      expect(Number((await row())?.['ttl']?.N) * 1_000).toBeGreaterThan(clock.now() + 86_400_000)
      await lease!.release()
      expect(await row()).toBeUndefined()
    })

    test('ten processes that repair one after the other never overlap', async () => {
      let inside = 0
      let most = 0
      const turns = Array.from({ length: 10 }, async () => {
        const lock = lockOf()
        for (;;) {
          const lease = await lock.acquire('shared', 60_000)
          if (!lease) continue
          most = Math.max(most, (inside += 1))
          await server.client.send(new ScanCommand({ TableName: 'locks' }))
          await lease.renew()
          inside -= 1
          return lease.release()
        }
      })
      await Promise.all(turns)
      expect(most).toBe(1)
    })

    test('a table that is not there, and one with another key, are unavailable, with a remedy', async () => {
      await createTable(server.client, 'other', { id: 'S', at: 'N' })
      for (const tableName of ['not-there', 'other'])
        await expect(lockOf({ tableName }).acquire('a', 1_000)).rejects.toMatchObject({
          code: 'TARGET_UNAVAILABLE',
          message: expect.stringContaining('one key attribute, the text "name"') as string,
        })
    })
  })
})
