import { expect, test } from 'vitest'
import { memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { stockHandler, type Stock } from './three-warehouses.ts'

const row = (values: Partial<Stock>) => ({
  ...{ sku: 'A1', location: 'L1', region: 'eu', onHand: 5, reserved: 0, changedAt: '2026-03-01T10:00:00.000Z' },
  ...values,
})

test('an item that moves to another region leaves the first one', async () => {
  const [berlin, austin, ledger] = [memoryTarget<Stock>(), memoryTarget<Stock>(), memoryTarget<Stock>()]
  const handler = stockHandler({ berlin, austin, ledger, dlq: memoryDlq() })
  const before = row({})
  const after = row({ region: 'us', changedAt: '2026-03-01T10:00:01.000Z' })

  await handler(streamEvent([{ newImage: before, key: ['sku', 'location'] }]))
  expect(berlin.items()).toEqual([before])
  await handler(streamEvent([{ oldImage: before, newImage: after, key: ['sku', 'location'] }]))

  expect(berlin.items()).toEqual([])
  expect(austin.items()).toEqual([after])
  expect(ledger.items()).toEqual([after])
})
