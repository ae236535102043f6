import { createStreamSyncHandler, TargetUnavailableError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { contextFor, failedOf, insert, inserts, never, scriptedTarget } from '../../support/sync-kit.ts'

test('P4 a hanging target delays another target by nothing', async () => {
  const clock = manualClock()
  const answeredAt: number[] = []
  const east = scriptedTarget(() => {
    answeredAt.push(clock.monotonic())
    return 'applied'
  })
  const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(never), east }, dlq: memoryDlq(), clock })
  await clock.settle(handler(streamEvent(inserts(50)), contextFor(clock, 30_000)))
  expect(answeredAt).toEqual(Array.from({ length: 50 }, () => 0))
})

test('P4 a slow target delays another target by nothing, and both get everything', async () => {
  const clock = manualClock()
  const west = memoryTarget({ clock, faults: Array.from({ length: 20 }, () => ({ delayMs: 1_000 })) })
  const doneAt: number[] = []
  const east = scriptedTarget(() => {
    doneAt.push(clock.monotonic())
    return 'applied'
  })
  const handler = createStreamSyncHandler({ targets: { west, east }, clock })
  expect(failedOf(await clock.settle(handler(streamEvent(inserts(20)))))).toEqual([])
  expect(Math.max(...doneAt)).toBe(0)
  expect(west.items()).toHaveLength(20)
  expect(clock.monotonic()).toBe(2_000) // 20 calls of 1 s, 10 at once
})

test('P4 a hanging target ends the invocation at its deadline at the latest, or when its breaker opens', async () => {
  const clock = manualClock()
  const handler = createStreamSyncHandler({
    targets: { west: { target: scriptedTarget(never), timeoutMs: 2_000 } },
    dlq: memoryDlq(),
    clock,
  })
  const event = streamEvent(inserts(1_000))
  expect(failedOf(await clock.settle(handler(event, contextFor(clock, 30_000))))).toEqual([])
  expect(clock.monotonic()).toBeLessThanOrEqual(2_100) // ten time out together, open the breaker, and a pause ends
})

test('P4 a dead target costs no more than its breaker allows', async () => {
  const clock = manualClock()
  const west = scriptedTarget(() => Promise.reject(new TargetUnavailableError('down')))
  const targets = { west: { target: west, concurrency: 1, retry: { maxAttempts: 1 } } }
  const dlq = memoryDlq()
  await clock.settle(createStreamSyncHandler({ targets, dlq, clock })(streamEvent(inserts(100))))
  expect(west.calls).toHaveLength(5)
  expect(dlq.letters()).toHaveLength(100)
})

test("P4 one target's open breaker leaves another's alone", async () => {
  const clock = manualClock()
  const west = scriptedTarget(() => Promise.reject(new TargetUnavailableError('down')))
  const east = memoryTarget()
  const handler = createStreamSyncHandler({ targets: { west, east }, dlq: memoryDlq(), clock })
  await clock.settle(handler(streamEvent(inserts(100))))
  expect(east.items()).toHaveLength(100)
})

test('P4 concurrency is per target', async () => {
  const clock = manualClock()
  let inFlight = 0
  let most = 0
  const slow = scriptedTarget(async () => {
    most = Math.max(most, ++inFlight)
    await clock.sleep(100)
    inFlight--
    return 'applied'
  })
  await clock.settle(
    createStreamSyncHandler({ targets: { west: { target: slow, concurrency: 3 } }, clock })(streamEvent(inserts(9))),
  )
  expect(most).toBe(3)
  expect(clock.monotonic()).toBe(300)
})

test('P4 a target that throws at once stops neither the others nor the handler', async () => {
  const clock = manualClock()
  const east = memoryTarget()
  const west = {
    guarded: true,
    apply: () => {
      throw new TypeError('x is not a function')
    },
  }
  const dlq = memoryDlq()
  const handler = createStreamSyncHandler({ targets: { west, east }, dlq, clock })
  expect(failedOf(await clock.settle(handler(streamEvent([insert('A1', 5, 1)]))))).toEqual([])
  expect(east.items()).toHaveLength(1)
  expect(dlq.letters()).toMatchObject([{ target: 'west', attempts: 3, code: 'TARGET_UNAVAILABLE' }])
})
