import { asStored, createStreamSyncHandler, defineItem } from 'dynamodb-stream-sync'
import { memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { isAsStored } from '../../../src/core/as-stored.ts'

test('asStored takes every row as it is', async () => {
  const item = defineItem({ schema: asStored<{ sku: string; quantity: unknown }>(), key: ['sku'] })
  const east = memoryTarget<{ sku: string; quantity: unknown }>()
  const handler = createStreamSyncHandler({ item, targets: { east } })
  await handler(streamEvent([{ newImage: { sku: 'A', quantity: 'many' } }]))
  expect(east.items()).toEqual([{ sku: 'A', quantity: 'many' }])
})

test('asStored is told from any other schema, that of another copy of the library included', () => {
  const { vendor } = asStored()['~standard']
  expect(vendor).toBe('dynamodb-stream-sync/as-stored')
  expect([isAsStored(asStored()), isAsStored(z.unknown())]).toEqual([true, false])
})
