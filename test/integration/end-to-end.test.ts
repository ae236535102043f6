import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { queued } from '../support/kill/redrive-all.ts'
import { stockSync } from '../support/kill/stock-sync.ts'
import { stockTable } from '../support/kill/stock-table.ts'
import { heldBy, loggedStore, loggedWrites, setBacks } from '../support/kill/write-log.ts'
import { type SqsServer, startSqs } from '../support/sqs-server.ts'
import { startWmsServer } from '../support/wms-server.ts'

describe.each(dynamoDbServers())('a sync on $name', (kind) => {
  describe.skipIf(skipped(kind))('of a table, two warehouses and a dead letter queue', () => {
    let database: DynamoDbServer
    let sqs: SqsServer
    let folder: string

    beforeAll(async () => {
      ;[database, sqs] = await Promise.all([kind.start(), startSqs()])
      folder = mkdtempSync(join(tmpdir(), 'end-to-end-'))
    })
    afterAll(async () => {
      rmSync(folder, { recursive: true })
      await Promise.all([database.stop(), sqs.stop()])
    })

    it('ends converged after a warehouse refused for a while and what was parked is redriven', async () => {
      const { write, items, southItems, ...tables } = await stockTable(database)
      const file = join(folder, 'north.jsonl')
      const queueUrl = sqs.createQueue()
      let well = true
      let refused = 0
      const warehouse = await startWmsServer({
        store: loggedStore(file),
        fault: (_, count) => {
          if (count === 51) well = false
          if (well) return undefined
          refused++
          return { answer: { status: 503 } }
        },
      })
      const places = { database: database.endpoint, sqs: sqs.endpoint, queueUrl, north: warehouse.url, ...tables }
      const sync = stockSync(places, ({ send }) => ({
        send: (letters, context) => {
          well = true
          return send(letters, context)
        },
      }))
      try {
        await write(200)
        await sync.mapping().run()
        const parked = await queued(sqs.client, queueUrl)
        expect(refused).toBeGreaterThan(0)
        expect(parked).toBeGreaterThan(0)
        expect(loggedWrites(file).length).toBeGreaterThan(50) // it went on when the warehouse was well again

        expect(await sync.redrive()).toBe(parked)
        const expected = await items()
        expect(expected.length).toBeGreaterThan(10)
        expect(heldBy(file)).toEqual(expected)
        expect(await southItems()).toEqual(expected)
        expect(setBacks(file)).toEqual([])
      } finally {
        sync.close()
        await warehouse.stop()
      }
    })
  })
})
