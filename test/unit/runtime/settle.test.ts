import { createStreamSyncHandler, TargetRejectedError, type DeadLetter } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import {
  contextFor,
  failedOf,
  insert,
  inserts,
  keptLines,
  never,
  scriptedDlq,
  scriptedTarget,
} from '../../support/sync-kit.ts'

const rejecting = () => {
  throw new TargetRejectedError('no')
}
/** What was told of each call that a sink refused something of. */
const refusalsIn = ({ lines }: ReturnType<typeof keptLines>) =>
  lines.flatMap(([level, , fields]) => (level === 'error' ? [fields] : []))
const takeAll = (letters: readonly DeadLetter[]) => letters.map(() => 'parked')

test('letters are parked in chunks of at most 100', async () => {
  const dlq = scriptedDlq(takeAll)
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq })
  expect(failedOf(await handler(streamEvent(inserts(250))))).toEqual([])
  expect(dlq.calls.flat()).toHaveLength(250)
  expect(Math.max(...dlq.calls.map(({ length }) => length))).toBeLessThanOrEqual(100)
  expect(dlq.calls.length).toBeLessThan(50)
})

test('letters that gather during a slow call go out in chunks of at most 100, each once', async () => {
  const clock = manualClock()
  const dlq = scriptedDlq(async (letters) => {
    await clock.sleep(500)
    return takeAll(letters)
  })
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq, clock })
  expect(failedOf(await clock.settle(handler(streamEvent(inserts(250)))))).toEqual([])
  expect(Math.max(...dlq.calls.map(({ length }) => length))).toBe(100)
  expect(dlq.calls.flat().map((letter) => 'key' in letter && letter.key)).toEqual(
    inserts(250).map((_, n) => `sku-${n}`),
  )
})

test('letters are parked while others still deliver', async () => {
  const clock = manualClock()
  const parkedAt: number[] = []
  const dlq = scriptedDlq((letters) => {
    parkedAt.push(clock.monotonic())
    return takeAll(letters)
  })
  const slow = scriptedTarget(async () => {
    await clock.sleep(4_000)
    return 'applied'
  })
  const targets = { west: scriptedTarget(rejecting), slow }
  await clock.settle(createStreamSyncHandler({ targets, dlq, clock })(streamEvent([insert('A1', 5, 1)])))
  expect(parkedAt).toEqual([0])
})

test('a letter has a new id at each parking, and its change the same at every redelivery', async () => {
  const dlq = memoryDlq()
  const west = scriptedTarget(rejecting)
  const handler = createStreamSyncHandler({ targets: { west }, dlq })
  const event = streamEvent([insert('A1', 5, 1)])
  await handler(event)
  await handler(event)
  expect(new Set(dlq.letters().map(({ id }) => id)).size).toBe(2)
  expect(new Set(west.calls.map(({ id }) => id)).size).toBe(1)
})

test('each route parks at its own sink', async () => {
  const [shared, own] = [memoryDlq(), memoryDlq()]
  const targets = { west: { target: scriptedTarget(rejecting), dlq: own }, east: scriptedTarget(rejecting) }
  await createStreamSyncHandler({ targets, dlq: shared })(streamEvent([insert('A1', 5, 1)]))
  expect(own.letters()).toMatchObject([{ target: 'west' }])
  expect(shared.letters()).toMatchObject([{ target: 'east' }])
})

test('a sink that refuses is heard of, and its letters are counted as unresolved', async () => {
  const log = keptLines()
  const metrics = memoryMetrics()
  const dlq = memoryDlq({ faults: ['rejected'] })
  await createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq, metrics, logger: log.logger })(
    streamEvent([insert('A1', 5, 1)]),
  )
  expect(refusalsIn(log)).toMatchObject([{ refused: 1, letters: 1 }])
  expect(metrics.total('Unresolved', 'west')).toBe(1)
  expect(metrics.total('DeadLettered')).toBe(0)
})

test('of letters that a sink takes in part, the refused ones are told; of those that it takes, nothing', async () => {
  const log = keptLines()
  const dlq = scriptedDlq((letters) => letters.map((_, index) => (index === 1 ? 'refused' : 'parked')))
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq, logger: log.logger })
  expect(failedOf(await handler(streamEvent(inserts(3))))).toEqual([inserts(3)[1]?.sequenceNumber])
  expect(refusalsIn(log)).toMatchObject([{ refused: 1, letters: 3 }])
  await handler(streamEvent([insert('A1', 5, 9)]))
  expect(refusalsIn(log)).toHaveLength(1)
})

test('a sink that does not answer is named', async () => {
  const clock = manualClock()
  const log = keptLines()
  const dlq = scriptedDlq(never)
  const handler = createStreamSyncHandler({
    targets: { west: scriptedTarget(rejecting) },
    dlq,
    clock,
    logger: log.logger,
  })
  await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 20_000)))
  expect(refusalsIn(log)).toMatchObject([{ refused: 1, reason: expect.stringContaining('dlq') as unknown }])
})

test('a slow sink takes its time, within the margin', async () => {
  const clock = manualClock()
  const dlq = memoryDlq({ clock, faults: [{ delayMs: 700 }] })
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq, clock })
  expect(failedOf(await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 1_500))))).toEqual([])
  const late = manualClock()
  const slow = memoryDlq({ clock: late, faults: [{ delayMs: 1_400 }] })
  const other = createStreamSyncHandler({ targets: { west: scriptedTarget(rejecting) }, dlq: slow, clock: late })
  expect(failedOf(await late.settle(other(streamEvent([insert('A1', 5, 1)]), contextFor(late, 1_500))))).toHaveLength(1)
})
