import {
  createQueueSyncHandler,
  type BatchTarget,
  type Change,
  type DeadLetter,
  type InventoryItem,
} from 'dynamodb-stream-sync'
import { sqsTarget } from 'dynamodb-stream-sync/targets/sqs'
import { memoryTarget, warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decodeDeadLetter } from '../../src/core/dead-letter.ts'
import { isSyncError } from '../../src/errors.ts'
import { drainQueue } from '../support/queue-drain.ts'
import { callContext, upsertOf } from '../support/stock-changes.ts'
import { type SqsServer, startSqs } from '../support/sqs-server.ts'

let sqs: SqsServer
beforeAll(async () => {
  sqs = await startSqs()
})
afterAll(() => sqs.stop())

describe.each([{ fifo: false }, { fifo: true }])('a real queue, fifo: $fifo', ({ fifo }) => {
  let queueUrl: string
  beforeEach(() => {
    queueUrl = sqs.createQueue({ fifo })
  })
  const target = () => sqsTarget<InventoryItem>({ queueUrl, client: sqs.client })

  describe('keeps the published contract by its answers', () => {
    for (const { name, check } of warehouseTargetContract({ create: target, abilities: ['batch'] })) test(name, check)
  })

  describe('with the warehouse behind it keeps the published contract by what that holds', () => {
    const create = () => throughQueue(target(), queueUrl)
    const abilities = ['batch', 'read', 'snapshot'] as const
    for (const { name, check } of warehouseTargetContract({ create, abilities })) test(name, check)
  })

  test('takes what is larger than its messages without images, and refuses by change', async () => {
    const small = sqs.createQueue({ fifo, maxMessageBytes: 1_500 })
    const dynamodb = { Keys: { sku: { S: 'A1' } }, NewImage: { text: { S: 'x'.repeat(1_500) } }, SequenceNumber: '1' }
    const large = { ...upsertOf({ sku: 'A1' }, 1), record: { eventName: 'INSERT', dynamodb } }
    const changes = [large, upsertOf({ sku: 'A2' }, 1)]
    const told = sqsTarget({ queueUrl: small, client: sqs.client, maxMessageBytes: 1_500 })
    expect(await told.applyBatch(changes, callContext())).toEqual(['applied', 'applied'])
    const letters = (await sqs.drain(small)).map(({ Body: body }) => decodeDeadLetter(body!))
    expect(letters.find(({ record }) => JSON.stringify(record).includes('A1'))?.record).toMatchObject({
      dynamodb: { NewImageOmitted: true },
    })
    const untold = await sqsTarget({ queueUrl: small, client: sqs.client }).applyBatch(changes, callContext())
    expect([isSyncError(untold[0], 'TARGET_REJECTED'), untold[1]]).toEqual([true, 'applied'])
  })

  test('that two warehouses share holds a change for each of them', async () => {
    const change = upsertOf({ sku: 'A1' }, 1)
    for (const name of ['lyon', 'porto', 'lyon'])
      expect(await target().applyBatch([change as never], { ...callContext(), target: name })).toEqual(['applied'])
    const targets = (await sqs.drain(queueUrl)).map(({ Body: body }) => decodeDeadLetter(body!)).map(targetOf)
    expect(targets.sort()).toEqual(fifo ? ['lyon', 'porto'] : ['lyon', 'lyon', 'porto'])
  })

  test('that is not there leaves every change for another try, and says what to check', async () => {
    const gone = sqsTarget({ queueUrl: `${sqs.endpoint}/000000000000/gone${fifo ? '.fifo' : ''}`, client: sqs.client })
    const [answer] = await gone.applyBatch([upsertOf({ sku: 'A1' }, 1)], callContext())
    expect(isSyncError(answer, 'TARGET_UNAVAILABLE')).toBe(true)
    expect((answer as Error).message).toContain('Check queueUrl, its account and region')
  })
})

function targetOf(letter: DeadLetter): string | undefined {
  return letter.type === 'delivery' ? letter.target : undefined
}

/** The queue and the warehouse that it is drained into, as one target. The changes come without records, as repairs do. */
function throughQueue(queue: BatchTarget<InventoryItem>, queueUrl: string): BatchTarget<InventoryItem> {
  const table = new Map<string, Change<InventoryItem>>()
  const warehouse = memoryTarget()
  const handler = createQueueSyncHandler({
    targets: { contract: warehouse },
    table: {
      read: async (keys) =>
        keys.flatMap(({ key }) => {
          const item = table.get(key)?.item
          return item ? [{ key, item }] : []
        }),
      snapshot: () => warehouse.snapshot(),
    },
  })
  let draining = Promise.resolve()
  const drain = () => {
    draining = draining.then(async () => {
      const { failed } = await drainQueue(sqs.client, queueUrl, handler)
      expect(failed).toBe(0)
    })
    return draining
  }
  return {
    batchSize: queue.batchSize,
    read: warehouse.read,
    snapshot: warehouse.snapshot,
    applyBatch: async (changes, context) => {
      for (const change of changes) table.set(change.key, change)
      const answers = await queue.applyBatch(changes, context)
      await drain()
      return answers
    },
  }
}
