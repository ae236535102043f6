import { manualClock, memoryDlq, memoryMetrics, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test, vi } from 'vitest'
import { stockHandler } from './handler.ts'

/** A world of its own for each test: two warehouses, a queue, and time that moves when told. */
function world({ porto = memoryTarget() } = {}) {
  const places = { berlin: memoryTarget(), porto, dlq: memoryDlq(), metrics: memoryMetrics(), clock: manualClock() }
  const handler = stockHandler(places)
  return {
    ...places,
    sync: (...records: Parameters<typeof streamEvent>[0]) => places.clock.settle(handler(streamEvent(records))),
  }
}

test('a new item reaches both warehouses', async () => {
  const { berlin, porto, sync } = world()
  expect(await sync({ newImage: { sku: 'A1', quantity: 5 } })).toEqual({ batchItemFailures: [] })
  expect(berlin.items()).toEqual([{ sku: 'A1', quantity: 5 }])
  expect(porto.items()).toEqual([{ sku: 'A1', quantity: 5 }])
})

test('an item that sells out leaves Porto and stays in Berlin', async () => {
  const { berlin, porto, sync } = world()
  await sync({ newImage: { sku: 'A1', quantity: 1 } })
  await sync({ oldImage: { sku: 'A1', quantity: 1 }, newImage: { sku: 'A1', quantity: 0 } })
  expect(berlin.items()).toEqual([{ sku: 'A1', quantity: 0 }])
  expect(porto.items()).toEqual([])
})

test('while Porto is down its changes are parked, and Berlin does not wait', async () => {
  const { berlin, dlq, metrics, sync } = world({ porto: memoryTarget({ faults: Array(3).fill('unavailable') }) })
  expect(await sync({ newImage: { sku: 'A1', quantity: 5 } })).toEqual({ batchItemFailures: [] })
  expect(berlin.items()).toHaveLength(1)
  expect(dlq.letters()).toMatchObject([{ target: 'porto', key: 'A1', code: 'TARGET_UNAVAILABLE' }])
  expect(metrics.total('DeliveryFailures', 'porto')).toBe(1)
})

test('the Lambda function starts with the settings that it is deployed with', async () => {
  vi.stubEnv('DLQ_URL', 'https://sqs.eu-west-1.amazonaws.com/123456789012/stock-dead-letters')
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  const { handler } = await import('./lambda.ts')
  expect(await handler({ Records: [] })).toEqual({ batchItemFailures: [] })
})
