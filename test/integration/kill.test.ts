import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { killChildren, startChild } from '../support/kill/child.ts'
import { queued } from '../support/kill/redrive-all.ts'
import { type Places, type StockSync, stockSync } from '../support/kill/stock-sync.ts'
import { type StockTable, stockTable } from '../support/kill/stock-table.ts'
import type { WarehouseTask } from '../support/kill/warehouse-process.ts'
import { heldBy, loggedStore, loggedWrites, setBacks } from '../support/kill/write-log.ts'
import { type SqsServer, startSqs } from '../support/sqs-server.ts'
import { startWmsServer, type WmsOptions, type WmsServer } from '../support/wms-server.ts'

const [kind] = dynamoDbServers()

describe.skipIf(skipped(kind!))('P3 a process killed in mid-work and started again ends converged', () => {
  let database: DynamoDbServer
  let sqs: SqsServer
  let folder: string
  let file: string
  let stock: StockTable
  let queueUrl: string
  let warehouse: WmsServer | undefined
  let sync: StockSync | undefined

  beforeAll(async () => {
    ;[database, sqs] = await Promise.all([kind!.start(), startSqs()])
    folder = mkdtempSync(join(tmpdir(), 'kill-'))
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await Promise.all([database.stop(), sqs.stop()])
  })
  beforeEach(async () => {
    stock = await stockTable(database)
    file = join(folder, `${stock.table}.jsonl`)
    queueUrl = sqs.createQueue()
  })
  afterEach(async () => {
    killChildren()
    sync?.close()
    await warehouse?.stop()
    sync = warehouse = undefined
  })

  function places(north: string): Places {
    const { table, streamArn, south } = stock
    return { database: database.endpoint, table, streamArn, south, north, sqs: sqs.endpoint, queueUrl }
  }

  async function startWarehouse(fault: NonNullable<WmsOptions['fault']>): Promise<Places> {
    warehouse = await startWmsServer({ store: loggedStore(file), fault })
    return places(warehouse.url)
  }

  async function expectConverged(): Promise<void> {
    const items = await stock.items()
    expect(items.length).toBeGreaterThan(10)
    expect(heldBy(file)).toEqual(items)
    expect(await stock.southItems()).toEqual(items)
    expect(setBacks(file)).toEqual([])
    expect(await stock.southSetBacks()).toEqual([])
    expect(await queued(sqs.client, queueUrl)).toBe(0)
  }

  it('of a warehouse: what it could not take was parked, and is redriven', async () => {
    await stock.write(200)
    const start = (task: Omit<WarehouseTask, 'file'>) => startChild('warehouse', { file, ...task })
    const first = start({ haltAt: 70 })
    const { url } = await first.told('ready')
    let restarted: Promise<unknown> | undefined
    let parked = 0
    sync = stockSync(places(url), (dlq) => ({
      send: async (letters, context) => {
        parked += letters.length
        restarted ??= first.ended.then(() => start({ port: Number(new URL(url).port) }).told('ready'))
        await restarted
        return dlq.send(letters, context)
      },
    }))
    const running = sync.mapping().run()
    await first.told('halted')
    first.kill()
    expect(await first.ended).toBe('SIGKILL')
    const before = loggedWrites(file).length
    await running
    const after = loggedWrites(file).length

    expect(parked).toBeGreaterThan(0)
    expect(before).toBeGreaterThan(60) // the process before had answered them, and the next one holds them
    expect(after).toBeGreaterThan(before) // the stream went on with the next one
    expect(await sync.redrive()).toBe(parked)
    await expectConverged()
  })

  it('of the stream handler: its checkpoints are lost, the guards hold against what comes again', async () => {
    await stock.write(200)
    const all = await startWarehouse((_, count) => {
      if (count === 70) first.kill() // carried out, but nobody is left to hear the answer
      return undefined
    })
    const first = startChild('stream', all)
    expect(await first.ended).toBe('SIGKILL')
    const before = warehouse!.requests().length
    expect(before).toBeLessThan(100) // of some 150
    await stock.write(30)

    const second = startChild('stream', all)
    expect(await second.ended).toBe(0)
    expect(warehouse!.requests().length - before).toBeGreaterThan(140) // all from the oldest on
    await expectConverged()
  })

  it('of the redriver: letters that it had received come again, and nothing newer is set back', async () => {
    await stock.write(200)
    let refusing = true
    let redriven = 0
    const all = await startWarehouse(() => {
      if (refusing) return { answer: { status: 503 } }
      if (++redriven === 25) first.kill()
      return undefined
    })
    sync = stockSync(all)
    const mapping = sync.mapping()
    await mapping.run()
    expect(loggedWrites(file)).toEqual([])
    const parked = await queued(sqs.client, queueUrl)
    expect(parked).toBeGreaterThan(100)

    refusing = false
    const first = startChild('redrive', all)
    expect(await first.ended).toBe('SIGKILL')
    expect(await queued(sqs.client, queueUrl)).toBeGreaterThan(parked - 25)
    await stock.write(60)
    await stock.writeAgain()
    await mapping.run() // newer than any letter

    const second = startChild('redrive', all)
    expect((await second.told('finished')).handled).toBeGreaterThan(parked - 25)
    expect(await second.ended).toBe(0)
    await expectConverged()
  })
})
