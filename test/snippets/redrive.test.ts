import { expect, test } from 'vitest'
import { createQueueSyncHandler, createStreamSyncHandler, defineSync } from 'dynamodb-stream-sync'
import { memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'

test('a redriven letter never overwrites newer stock', async () => {
  const table = memoryTarget() // stands for the source table: it follows every write
  const lyon = memoryTarget({ faults: ['unavailable'] })
  const dlq = memoryDlq()
  const sync = defineSync({ targets: { lyon: { target: lyon, retry: { maxAttempts: 1 } } }, dlq })
  const onTable = createStreamSyncHandler({ targets: { table } })
  const onStream = createStreamSyncHandler(sync)
  const onQueue = createQueueSyncHandler({ ...sync, table })

  for (const quantity of [5, 3]) {
    const event = streamEvent([{ newImage: { sku: 'A1', quantity } }])
    await onTable(event)
    await onStream(event) // Lyon is down at the first one
  }
  const Records = dlq.letters().map((letter) => ({ messageId: letter.id, body: JSON.stringify(letter) }))

  expect(Records).toHaveLength(1)
  expect(await onQueue({ Records })).toEqual({ batchItemFailures: [] })
  expect(lyon.items()).toEqual([{ sku: 'A1', quantity: 3 }])
  expect(lyon.changes()).toHaveLength(1)
})
