import { expect, test } from 'vitest'
// region settings
import { eventSourceMapping, manualClock, streamRecord, type OnFailurePointer } from 'dynamodb-stream-sync/testing'

const records = ['chair', 'table', 'lamp'].map((sku, index) =>
  streamRecord({ newImage: { sku, quantity: 5 }, key: ['sku'], sequenceNumber: String(100 + index) }),
)

test('one poisoned record is halved out of its batch, retried once and pointed to', async () => {
  const clock = manualClock()
  const pointers: OnFailurePointer[] = []
  let deliveries = 0
  const mapping = eventSourceMapping({
    records,
    clock,
    batchSize: 10,
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 1,
    onFailure: (pointer) => void pointers.push(pointer),
    handler: async (event) => {
      deliveries++
      if (event.Records.some(({ dynamodb }) => dynamodb?.SequenceNumber === '102')) throw new Error('poisoned')
    },
  })
  await clock.settle(mapping.run())
  expect(deliveries).toBe(4) // all, the first half, the poisoned one twice
  expect(pointers[0]?.DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: '102', batchSize: 1 })
})
// endregion

// region filter
test('the filter of the template lets writes of Europe through, and no removal', async () => {
  const Pattern = JSON.stringify({ dynamodb: { NewImage: { region: { S: ['eu', { prefix: 'eu-' }] } } } })
  const seen: (string | undefined)[] = []
  await eventSourceMapping({
    records: [
      streamRecord({ newImage: { sku: 'chair', region: 'eu-north' } }),
      streamRecord({ newImage: { sku: 'table', region: 'us' } }),
      streamRecord({ oldImage: { sku: 'lamp', region: 'eu' } }),
    ],
    filterCriteria: { Filters: [{ Pattern }] },
    undocumented: { filters: 'documented' },
    handler: async ({ Records }) => void seen.push(...Records.map(({ eventName }) => eventName)),
  }).run()
  expect(seen).toEqual(['INSERT'])
})
// endregion

// region windows
test('a window counts its records, and its last invocation sees them all', async () => {
  const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second))
  const counts: number[] = []
  await eventSourceMapping({
    records: [5, 50, 70].map((second) => streamRecord({ newImage: { sku: 'chair' }, createdAt: at(second) })),
    tumblingWindowInSeconds: 60,
    batchSize: 1,
    handler: async ({ Records, state, isFinalInvokeForWindow }) => {
      const { count = 0 } = state as { count?: number }
      if (isFinalInvokeForWindow) counts.push(count + Records.length)
      return { state: { count: count + Records.length } }
    },
  }).run()
  expect(counts).toEqual([2, 1])
})
// endregion

// region readings
test.each(['separate', 'lastBatch'] as const)(
  'the sum is right with a last invocation: %s',
  async (finalInvocation) => {
    let sum = 0
    await eventSourceMapping({
      records,
      tumblingWindowInSeconds: 900,
      undocumented: { finalInvocation },
      handler: async ({ Records, state, isFinalInvokeForWindow }) => {
        const { count = 0 } = state as { count?: number }
        if (isFinalInvokeForWindow) sum += count + Records.length
        return { state: { count: count + Records.length } }
      },
    }).run()
    expect(sum).toBe(3)
  },
)
// endregion
