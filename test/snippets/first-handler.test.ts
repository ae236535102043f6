import { expect, test } from 'vitest'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { stockHandler } from './first-handler.ts'

test('a warehouse that is down is parked, the other one gets the change', async () => {
  const clock = manualClock()
  const east = memoryTarget()
  const west = memoryTarget({ faults: ['hang', 'unavailable'] })
  const dlq = memoryDlq()
  const handler = stockHandler({ east, west, dlq, clock })

  const response = await clock.settle(handler(streamEvent([{ newImage: { sku: 'A1', quantity: 5 } }])))

  expect(response).toEqual({ batchItemFailures: [] })
  expect(east.items()).toEqual([{ sku: 'A1', quantity: 5 }])
  expect(dlq.letters()).toMatchObject([{ target: 'west', key: 'A1', code: 'TARGET_UNAVAILABLE', attempts: 2 }])
})

test('an item that sells out leaves the warehouse that holds stock only', async () => {
  const east = memoryTarget()
  const west = memoryTarget()
  const handler = stockHandler({ east, west, dlq: memoryDlq() })
  const sold = { oldImage: { sku: 'A1', quantity: 1 }, newImage: { sku: 'A1', quantity: 0 } }

  await handler(streamEvent([{ newImage: { sku: 'A1', quantity: 1 } }]))
  await handler(streamEvent([sold]))

  expect(east.items()).toEqual([])
  expect(west.items()).toEqual([{ sku: 'A1', quantity: 0 }])
})
