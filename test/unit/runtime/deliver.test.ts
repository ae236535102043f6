import { createStreamSyncHandler, TargetRejectedError, TargetUnavailableError, type Tracer } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, streamEvent } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { failedOf, insert, inserts, scriptedBatches, scriptedTarget, sequence } from '../../support/sync-kit.ts'

const garbage: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['another word', 'ok'],
  ['a number', 200],
  ['an object', { status: 'applied' }],
  ['a list', ['applied']],
]

describe('a garbage answer is unavailable: whether the change was applied is not known', () => {
  test.each(garbage)('%s', async (_, answer) => {
    const clock = manualClock()
    const [dlq, west] = [memoryDlq(), scriptedTarget(() => answer)]
    await clock.settle(createStreamSyncHandler({ targets: { west }, dlq, clock })(streamEvent([insert('A1', 5, 1)])))
    expect(west.calls).toHaveLength(3)
    expect(dlq.letters()).toMatchObject([{ code: 'TARGET_UNAVAILABLE', attempts: 3 }])
  })

  test.each<readonly [string, unknown]>([
    ...garbage.filter(([name]) => name !== 'a list'),
    ['too few answers', ['applied']],
    ['too many answers', ['applied', 'applied', 'applied']],
    ['other words', ['ok', 'ok']],
  ])('from a batch: %s', async (_, answer) => {
    const clock = manualClock()
    const [dlq, west] = [memoryDlq(), scriptedBatches(() => answer)]
    await clock.settle(createStreamSyncHandler({ targets: { west }, dlq, clock })(streamEvent(inserts(2))))
    expect(west.calls).toHaveLength(3)
    expect(dlq.letters().map(({ code }) => code)).toEqual(['TARGET_UNAVAILABLE', 'TARGET_UNAVAILABLE'])
  })
})

test('what a target throws is never quoted, its name and code are', async () => {
  const clock = manualClock()
  const secret = Object.assign(new RangeError('token=abc'), { code: 'ECONNRESET' })
  const [dlq, west] = [memoryDlq(), scriptedTarget(() => Promise.reject(secret))]
  await clock.settle(createStreamSyncHandler({ targets: { west }, dlq, clock })(streamEvent([insert('A1', 5, 1)])))
  expect(dlq.letters()[0]!.reason).toContain('RangeError, ECONNRESET')
  expect(dlq.letters()[0]!.reason).not.toContain('abc')
})

test('a batch that is rejected as a whole is asked one by one', async () => {
  const dlq = memoryDlq()
  const west = scriptedBatches((changes) => {
    if (changes.some(({ key }) => key === 'sku-1')) throw new TargetRejectedError('one of them is bad')
    return changes.map(() => 'applied')
  })
  expect(failedOf(await createStreamSyncHandler({ targets: { west }, dlq })(streamEvent(inserts(3))))).toEqual([])
  expect(west.calls).toEqual([['sku-0', 'sku-1', 'sku-2'], ['sku-0'], ['sku-1'], ['sku-2']])
  expect(dlq.letters()).toMatchObject([{ key: 'sku-1', code: 'TARGET_REJECTED', attempts: 2 }])
})

test('a batch is no larger than the target takes, 100 by default', async () => {
  const [small, usual] = [7, 100].map((size) => scriptedBatches((changes) => changes.map(() => 'applied'), size))
  await createStreamSyncHandler({ targets: { small: small!, usual: usual! } })(streamEvent(inserts(150)))
  expect(Math.max(...small!.calls.map(({ length }) => length))).toBe(7)
  expect(usual!.calls.map(({ length }) => length)).toEqual([100, 50])
})

test("a batch's answers belong to its changes, in order", async () => {
  const dlq = memoryDlq()
  const west = scriptedBatches(() => ['applied', new TargetRejectedError('no'), 'stale'])
  await createStreamSyncHandler({ targets: { west }, dlq })(streamEvent(inserts(3)))
  expect(dlq.letters()).toMatchObject([{ key: 'sku-1' }])
})

describe('a change that its target is unavailable for', () => {
  const down = () => Promise.reject(new TargetUnavailableError('down'))

  test('is parked with a DLQ, left without', async () => {
    const clock = manualClock()
    const dlq = memoryDlq()
    const targets = { west: scriptedTarget(down) }
    const event = streamEvent([insert('A1', 5, 1)])
    expect(failedOf(await clock.settle(createStreamSyncHandler({ targets, dlq, clock })(event)))).toEqual([])
    expect(dlq.letters()).toHaveLength(1)
    expect(failedOf(await clock.settle(createStreamSyncHandler({ targets, clock })(event)))).toHaveLength(1)
  })

  test('is left with a DLQ, where the route stalls; a rejected one is parked all the same', async () => {
    const clock = manualClock()
    const dlq = memoryDlq()
    const target = scriptedTarget(({ key }) => {
      if (key === 'sku-0') throw new TargetRejectedError('no')
      return down()
    })
    const west = { target, onUnavailable: 'stall' } as const
    const response = await clock.settle(
      createStreamSyncHandler({ targets: { west }, dlq, clock })(streamEvent(inserts(2))),
    )
    expect(failedOf(response)).toHaveLength(1)
    expect(dlq.letters()).toMatchObject([{ key: 'sku-0', code: 'TARGET_REJECTED' }])
  })
})

describe("a target's span", () => {
  /** What `run` of each span answered: the name of its target, and the error's code. */
  async function spans(script: Parameters<typeof scriptedTarget>[0], count: number) {
    const ended: (readonly [unknown, unknown])[] = []
    const tracer: Tracer = {
      span: async (name, { target, items }, run) => {
        const running = run()
        const failure = await running.then(
          () => undefined,
          (error: unknown) => (error as Error).message,
        )
        if (name === 'deliver') ended.push([`${String(target)} ${String(items)}`, failure])
        return running
      },
    }
    const handler = createStreamSyncHandler({ targets: { west: scriptedTarget(script) }, dlq: memoryDlq(), tracer })
    await handler(streamEvent(inserts(count)))
    return ended
  }

  test('ends well where all its deliveries did', async () => {
    expect(await spans(() => 'applied', 3)).toEqual([['west 3', undefined]])
  })

  test('fails with the first error of its deliveries, whatever else went well', async () => {
    const script = ({ key }: { readonly key: string }) => {
      if (key !== 'sku-0') throw new TargetRejectedError(`no ${key}`)
      return 'applied'
    }
    expect(await spans(script, 3)).toEqual([['west 3', 'no sku-1']])
  })
})

describe('a fault of our own while a target is delivered to', () => {
  /** Delivers two items; after so many calls the clock throws once, at the given one of its next readings. */
  async function faulty(afterCalls: number, atReading: number) {
    const clock = manualClock()
    const lines: unknown[] = []
    const note = (_: string, fields: object) => void lines.push(fields)
    const logger = { info: () => undefined, warn: note, error: note }
    const [west, dlq] = [scriptedTarget(), memoryDlq()]
    let readings = 0
    const monotonic = () => {
      if (west.calls.length === afterCalls && ++readings === atReading) throw new RangeError('no time')
      return clock.monotonic()
    }
    const targets = { west: { target: west, concurrency: 1 } }
    const handler = createStreamSyncHandler({ targets, dlq, logger, clock: { ...clock, monotonic } })
    const failed = failedOf(await clock.settle(handler(streamEvent(inserts(2)))))
    return { failed, lines, west, letters: dlq.letters() }
  }

  test.each([
    ['after the first call', 1, 1],
    ['after the last', 2, 1],
    ['when all is done', 2, 2],
  ])('leaves all of its changes to Lambda, parks none, and is told: %s', async (_, calls, reading) => {
    const { failed, lines, letters, west } = await faulty(calls, reading)
    expect(west.calls).toHaveLength(calls)
    expect(failed).toEqual([sequence(0), sequence(1)])
    expect(letters).toEqual([])
    const told = { target: 'west', fate: 'unresolved', attempts: 0, code: 'TARGET_UNAVAILABLE' }
    const reason: unknown = expect.stringContaining('RangeError')
    expect(lines).toMatchObject([
      { ...told, key: 'sku-0', reason },
      { ...told, key: 'sku-1', reason },
    ])
  })
})
