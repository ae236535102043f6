import { asStored, createStreamSyncHandler, defineItem } from 'dynamodb-stream-sync'
import { memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'

test('asStored takes every row as it is', async () => {
  const item = defineItem({ schema: asStored<{ sku: string; quantity: unknown }>(), key: ['sku'] })
  const east = memoryTarget<{ sku: string; quantity: unknown }>()
  const handler = createStreamSyncHandler({ item, targets: { east } })
  await handler(streamEvent([{ newImage: { sku: 'A', quantity: 'many' } }]))
  expect(east.items()).toEqual([{ sku: 'A', quantity: 'many' }])
})
