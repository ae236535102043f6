import { createQueueSyncHandler, createStreamSyncHandler, defineItem, TargetRejectedError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { failedOf, queueEvent, scriptedTarget } from '../../support/sync-kit.ts'

const digits = '12345678901234567890123456789012345678'
const item = defineItem({ schema: z.looseObject({ sku: z.string(), quantity: z.bigint() }), key: ['sku'] })
const image = {
  sku: 'A1',
  quantity: BigInt(digits),
  price: { value: '0.1234567890123456789012345678901234567' },
  sizes: new Set(['S', 'M']),
  lots: new Set([BigInt(digits), 7]),
  hashes: new Set([new Uint8Array([1]), new Uint8Array([255, 0])]),
  photo: new Uint8Array([0, 255, 128]),
}

test('P8 a number of 38 digits, sets and bytes survive the DLQ and its redrive', async () => {
  const clock = manualClock()
  const [dlq, direct, west] = [memoryDlq(), memoryTarget({ item }), memoryTarget({ item })]
  const rejecting = {
    guarded: true,
    apply: () => Promise.reject(new TargetRejectedError('no')),
  }
  const handler = createStreamSyncHandler({ item, targets: { west: rejecting, direct }, dlq })
  expect(failedOf(await handler(streamEvent([{ newImage: image }])))).toEqual([])
  const redrive = createQueueSyncHandler({ item, mode: 'original', targets: { west }, clock })
  expect(failedOf(await clock.settle(redrive(queueEvent(dlq.letters()))))).toEqual([])
  expect(west.items()).toEqual(direct.items())
  expect(west.items()).toEqual([image])
})

test('P8 a quantity that a number cannot hold is poison for a schema of numbers, never rounded', async () => {
  const dlq = memoryDlq()
  const west = scriptedTarget()
  const handler = createStreamSyncHandler({ targets: { west }, dlq })
  const records = [BigInt(digits), { value: '0.1234567890123456789' }].map((quantity) => ({
    newImage: { sku: 'A1', quantity },
  }))
  expect(failedOf(await handler(streamEvent(records)))).toEqual([])
  expect(west.calls).toEqual([])
  expect(dlq.letters().map(({ type }) => type)).toEqual(['poison', 'poison'])
})
