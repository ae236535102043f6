import { createStreamSyncHandler, TargetRejectedError, TargetUnavailableError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { failedOf, insert, modify, scriptedBatches, scriptedTarget, sequence } from '../../support/sync-kit.ts'

/** Three states of A1 and one of B2. */
const history = () =>
  streamEvent([
    insert('A1', 1, 1),
    modify({ sku: 'A1', quantity: 1 }, { sku: 'A1', quantity: 2 }, 2),
    insert('B2', 7, 3),
    modify({ sku: 'A1', quantity: 2 }, { sku: 'A1', quantity: 3 }, 4),
  ])

test('P5 only the newest of an item is delivered', async () => {
  const west = memoryTarget()
  await createStreamSyncHandler({ targets: { west } })(history())
  expect(west.changes().map(({ item }) => [item?.sku, item?.quantity])).toEqual([
    ['A1', 3],
    ['B2', 7],
  ])
})

test('P5 with coalesce false each change is delivered, oldest first, one at a time, beside the other items', async () => {
  const clock = manualClock()
  const inFlight = new Map<string, number>()
  const seen: [string, number][] = []
  const west = scriptedTarget(async ({ key, item }) => {
    inFlight.set(key, (inFlight.get(key) ?? 0) + 1)
    expect(inFlight.get(key)).toBe(1)
    await clock.sleep(100)
    inFlight.set(key, 0)
    seen.push([key, item?.quantity ?? -1])
    return 'applied'
  })
  await clock.settle(createStreamSyncHandler({ targets: { west }, coalesce: false, clock })(history()))
  expect(seen.filter(([key]) => key === 'A1').map(([, quantity]) => quantity)).toEqual([1, 2, 3])
  expect(seen).toHaveLength(4)
  expect(clock.monotonic()).toBe(300) // B2 went beside A1
})

test('P5 records that arrive out of order are applied in version order', async () => {
  const { Records } = streamEvent([
    insert('A1', 1, 1),
    modify({ sku: 'A1', quantity: 1 }, { sku: 'A1', quantity: 2 }, 2),
  ])
  const west = scriptedTarget()
  await createStreamSyncHandler({ targets: { west }, coalesce: false })({ Records: [...Records].reverse() })
  expect(west.calls.map(({ item }) => item?.quantity)).toEqual([1, 2])
  const folded = scriptedTarget()
  await createStreamSyncHandler({ targets: { west: folded } })({ Records: [...Records].reverse() })
  expect(folded.calls.map(({ item }) => item?.quantity)).toEqual([2])
})

test('P5 a retry holds the later changes of its item back, and nobody else', async () => {
  const clock = manualClock()
  const seen: string[] = []
  const west = scriptedTarget(({ key, item }, _, call) => {
    if (call === 1) throw new TargetUnavailableError('busy')
    seen.push(`${key}=${item?.quantity ?? ''}`)
    return 'applied'
  })
  await clock.settle(createStreamSyncHandler({ targets: { west }, coalesce: false, clock })(history()))
  expect(seen).toEqual(['B2=7', 'A1=1', 'A1=2', 'A1=3'])
})

test('P5 at a guarded target the later changes go on after a parked one', async () => {
  const dlq = memoryDlq()
  const west = scriptedTarget(({ item }) => {
    if (item?.quantity === 1) throw new TargetRejectedError('no')
    return 'applied'
  })
  await createStreamSyncHandler({ targets: { west }, coalesce: false, dlq })(history())
  expect(dlq.letters()).toHaveLength(1)
  expect(west.calls.filter(({ key }) => key === 'A1')).toHaveLength(3)
})

test('P5 at an unguarded target the later changes are parked behind a parked one, untried', async () => {
  const dlq = memoryDlq()
  const west = scriptedTarget(({ item }) => {
    if (item?.quantity === 1) throw new TargetRejectedError('no')
    return 'applied'
  }, false)
  expect(failedOf(await createStreamSyncHandler({ targets: { west }, coalesce: false, dlq })(history()))).toEqual([])
  expect(west.calls.map(({ key }) => key)).toEqual(['A1', 'B2'])
  expect(dlq.letters().map(({ attempts }) => attempts)).toEqual([1, 0, 0])
})

test('P5 what Lambda redelivers is not overtaken: the lane stops and is reported by its first record', async () => {
  const west = scriptedTarget(({ item }) => {
    if (item?.quantity === 2) throw new TargetRejectedError('no')
    return 'applied'
  })
  const response = await createStreamSyncHandler({ targets: { west }, coalesce: false })(history())
  expect(failedOf(response)).toEqual([sequence(1)])
  expect(west.calls.map(({ item }) => item?.quantity)).not.toContain(3)
})

test('P5 a batch never holds two changes of one item, and is sorted by key', async () => {
  const west = scriptedBatches((changes) => changes.map(() => 'applied'))
  const event = streamEvent([
    insert('B2', 1, 1),
    insert('A1', 1, 2),
    modify({ sku: 'B2', quantity: 1 }, { sku: 'B2', quantity: 2 }, 3),
  ])
  await createStreamSyncHandler({ targets: { west }, coalesce: false })(event)
  expect(west.calls).toEqual([['A1', 'B2'], ['B2']])
})
