import { createStreamSyncHandler, defineItem, TargetRejectedError } from 'dynamodb-stream-sync'
import { memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { failedOf, insert, scriptedTarget, sequence } from '../../support/sync-kit.ts'

const west = scriptedTarget(({ key }) => {
  if (key === 'B2') throw new TargetRejectedError('no')
  return 'applied'
})
const event = () => streamEvent([insert('A1', 1, 1), insert('B2', 1, 2), insert('C3', 1, 3)])

test('P9 a Lambda mapping gets sequence numbers, verbatim', async () => {
  expect(failedOf(await createStreamSyncHandler({ targets: { west } })(event()))).toEqual([sequence(2)])
  const short = streamEvent([{ newImage: { sku: 'B2', quantity: 1 }, sequenceNumber: '0111' }])
  expect(failedOf(await createStreamSyncHandler({ targets: { west } })(short))).toEqual(['0111'])
})

test('P9 EventBridge Pipes gets event ids', async () => {
  const { Records } = event()
  expect(failedOf(await createStreamSyncHandler({ targets: { west } })(Records))).toEqual([Records[1]!.eventID])
})

test("P9 a decoder's own identifiers come back verbatim", async () => {
  const item = defineItem({
    schema: z.looseObject({ sku: z.string(), quantity: z.number() }),
    key: ['sku'],
    version: { attribute: 'quantity' },
  })
  const events = {
    sequenced: false,
    decode: (given: { readonly ids: readonly string[] }) =>
      given.ids.map((itemIdentifier, index) => ({ itemIdentifier, record: event().Records[index]! })),
  }
  const handler = createStreamSyncHandler({ item, targets: { west: scriptedTarget(rejectAll) }, events })
  expect(failedOf(await handler({ ids: ['one', ' two ', '三'] }))).toEqual(['one', ' two ', '三'])
})

function rejectAll(): never {
  throw new TargetRejectedError('no')
}

test('P9 a record that cannot be named makes Lambda redeliver the whole batch', async () => {
  const handler = createStreamSyncHandler({ targets: { west: memoryTarget() } })
  const [record, ...others] = event().Records
  expect(failedOf(await handler({ Records: [{ ...record!, dynamodb: undefined }, ...others] }))).toEqual([''])
})

test('P9 each record is named once, in the order of the batch, whatever failed about it', async () => {
  const handler = createStreamSyncHandler({
    targets: { west: scriptedTarget(rejectAll), east: scriptedTarget(rejectAll) },
  })
  expect(failedOf(await handler(event()))).toEqual([sequence(1), sequence(2), sequence(3)])
})
