import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { manualClock, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { ending } from '../../../src/runtime/ending.ts'
import { isCutAt, withinInvocation, type Invocation } from '../../../src/runtime/invocation.ts'
import type { InvocationContext } from '../../../src/runtime/lambda.ts'
import { contextFor, inserts, never, scriptedDlq, scriptedTarget } from '../../support/sync-kit.ts'

const left = (ms: unknown) => ({ getRemainingTimeInMillis: () => ms })
const thrower = () => {
  throw new Error('unknown')
}
const noDeadline = [Infinity, Infinity, Infinity]

test.for<readonly [string, unknown, readonly number[]]>([
  ['no context', undefined, noDeadline],
  ['no context', null, noDeadline],
  ['a context without the function', {}, noDeadline],
  ['a context whose time is no number', left('soon'), noDeadline],
  ['a context that throws', { getRemainingTimeInMillis: thrower }, noDeadline],
  ['ten seconds', left(10_000), [10_000, 10_750, 10_875]],
  ['less than two margins', left(400), [1_200, 1_350, 1_375]],
  ['no time', left(0), [1_000, 1_000, 1_000]],
  ['a time that is over', left(-50), [1_000, 1_000, 1_000]],
])('the ends of delivering, of parking and of telling: %s', async ([, context, ends]) => {
  const clock = manualClock()
  await clock.advance(1_000)
  await withinInvocation({ clock, deadlineMarginMs: 1_000 }, context as InvocationContext, (invocation) => {
    const { deliverUntil, settleUntil, observeUntil, cut } = invocation
    expect([deliverUntil, settleUntil, observeUntil]).toEqual(ends)
    expect(cut.hasEnded()).toBe(deliverUntil === 1_000)
    return Promise.resolve()
  })
})

test('a delivery may start before the deadline, not at it', () => {
  const invocation = { cut: ending(), deliverUntil: 100 } as unknown as Invocation
  expect([99, 100, 101].map((now) => isCutAt(invocation, now))).toEqual([false, true, true])
})

test('an emitter that hangs is waited for until an eighth of the margin is left', async () => {
  const clock = manualClock()
  const west = { target: scriptedTarget(never), timeoutMs: 60_000 }
  const handler = createStreamSyncHandler({
    targets: { west },
    dlq: scriptedDlq(never),
    metrics: { emit: never },
    clock,
  })
  await clock.settle(handler(streamEvent(inserts(1)), contextFor(clock, 10_000)))
  expect(clock.monotonic()).toBe(9_875)
})
