import { expect, test, vi } from 'vitest'
import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { observedHandler, observers } from './observe.ts'

// region rate
test('a warehouse that is down shows in the error rate', async () => {
  const clock = manualClock()
  const metrics = memoryMetrics()
  const targets = { lyon: memoryTarget(), rome: memoryTarget({ faults: Array(3).fill('unavailable') }) }
  const handler = createStreamSyncHandler({ targets, dlq: memoryDlq(), metrics, clock })

  await clock.settle(handler(streamEvent([{ newImage: { sku: 'A1', quantity: 5 } }])))

  expect(metrics.total('DeliveryFailures') / metrics.total('Deliveries')).toBe(0.5)
})
// endregion

test('the handler of the guide writes its metrics and its line to standard output', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const handler = observedHandler({ lyon: memoryTarget(), dlq: memoryDlq() })
    await handler(streamEvent([{ newImage: { sku: 'A1', quantity: 5 } }]))
    const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
    expect(lines).toContainEqual(expect.objectContaining({ message: 'Synced.', delivered: 1, service: 'inventory' }))
    expect(lines).toContainEqual(expect.objectContaining({ Target: 'lyon', Deliveries: 1 }))
    for (const emitter of observers.metrics) void emitter.emit([])
  } finally {
    write.mockRestore()
  }
})
