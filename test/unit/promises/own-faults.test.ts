import { createStreamSyncHandler, defineItem, type SourceTable } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import {
  contextFor,
  failedOf,
  insert,
  inserts,
  modify,
  never,
  scriptedTarget,
  sequence,
} from '../../support/sync-kit.ts'

describe('P1 a fault inside the handler is no success', () => {
  const faults = Array.from({ length: 40 }, (_, n) => n)
  test.each(faults)('the clock throws at its reading %i', async (at) => {
    const clock = manualClock()
    let readings = -1
    const faulty = {
      ...clock,
      monotonic: () => {
        if (++readings === at) throw new Error('no time')
        return clock.monotonic()
      },
    }
    const applied = new Set<string>()
    const west = scriptedTarget(({ key }) => {
      applied.add(key)
      return 'applied'
    })
    const handler = createStreamSyncHandler({ targets: { west }, clock: faulty })
    const answer = await handler(streamEvent(inserts(3))).then(failedOf, () => undefined)
    // Lambda redelivers everything from the first failed record on.
    const from =
      answer === undefined ? 0 : Math.min(3, ...answer.map((id) => [0, 1, 2].findIndex((n) => sequence(n) === id)))
    for (let n = 0; n < from; n++) expect(applied).toContain(`sku-${n}`)
  })
})

describe('P6 the answer comes before the end, whatever hangs', () => {
  test.each([
    [10_000, 1_000],
    [10_000, 100],
    [10_000, 0],
    [600, 1_000],
    [40, 1_000],
  ])('%i ms left, a margin of %i ms: target, sink and emitter hang', async (left, deadlineMarginMs) => {
    const clock = manualClock()
    const handler = createStreamSyncHandler({
      targets: { west: { target: scriptedTarget(never), timeoutMs: 60_000 } },
      dlq: { send: () => new Promise(() => undefined) },
      metrics: { emit: () => new Promise<void>(() => undefined) },
      clock,
      deadlineMarginMs,
    })
    const response = await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, left)))
    expect(failedOf(response)).toEqual([sequence(1)])
    expect(clock.monotonic()).toBeLessThan(left)
  })

  test("a trial call of another invocation does not hold this one's answer", async () => {
    const clock = manualClock()
    const west = { target: scriptedTarget(never), timeoutMs: 60_000, retry: { maxAttempts: 1 } }
    const breaker = { failures: 1, coolDownMs: 1_000 }
    const handler = createStreamSyncHandler({ targets: { west: { ...west, breaker } }, dlq: memoryDlq(), clock })
    await clock.settle(handler(streamEvent([insert('A1', 1, 1)])))
    await clock.advance(1_000)
    const trial = handler(streamEvent([insert('A2', 1, 2)]))
    const startedAt = clock.monotonic()
    const response = await clock.settle(handler(streamEvent([insert('A3', 1, 3)]), contextFor(clock, 5_000)))
    expect(failedOf(response)).toEqual([sequence(3)])
    expect(clock.monotonic() - startedAt).toBeLessThan(5_000)
    await clock.settle(trial)
  })

  test('a sink that hangs costs two calls, not one for each hundred letters', async () => {
    const clock = manualClock()
    let calls = 0
    const send = () => {
      calls++
      return new Promise<never>(() => undefined)
    }
    const west = scriptedTarget(() => 'garbage')
    const targets = { west: { target: west, retry: { maxAttempts: 1 }, breaker: false as const } }
    const handler = createStreamSyncHandler({ targets, dlq: { send }, clock })
    const response = await clock.settle(handler(streamEvent(inserts(1_000))))
    expect(failedOf(response)).toHaveLength(1_000)
    expect(calls).toBe(2)
  })

  test('a context that cannot tell its time is one without deadline', async () => {
    const handler = createStreamSyncHandler({ targets: { west: memoryTarget() } })
    const getRemainingTimeInMillis = () => {
      throw new Error('unknown')
    }
    expect(failedOf(await handler(streamEvent([insert('A1', 1, 1)]), { getRemainingTimeInMillis }))).toEqual([])
  })
})

test('P2 a table whose key has more attributes than the item: its rows are not folded into one', async () => {
  const [west, dlq] = [memoryTarget(), memoryDlq()]
  const handler = createStreamSyncHandler({ targets: { west }, dlq })
  const key = ['sku', 'location']
  const row = (location: string, n: number) => ({
    newImage: { sku: 'A1', location, quantity: n },
    sequenceNumber: sequence(n),
    key,
  })
  expect(failedOf(await handler(streamEvent([row('x', 1), row('y', 2)])))).toEqual([])
  expect(west.items()).toEqual([])
  expect(dlq.letters()).toMatchObject([
    { type: 'poison', reason: expect.stringContaining('key: ["sku", "location"]') as string },
    { type: 'poison' },
  ])
})

test("P7 without a shared sink, poison goes to a route's", async () => {
  const dlq = memoryDlq()
  const handler = createStreamSyncHandler({ targets: { west: { target: memoryTarget(), dlq } } })
  expect(failedOf(await handler(streamEvent([{ newImage: { sku: 'A1' }, sequenceNumber: sequence(1) }])))).toEqual([])
  expect(dlq.letters()).toMatchObject([{ type: 'poison' }])
})

test('letters have different ids, and well-formed ones, whatever `random` answers', async () => {
  for (const random of [() => Number.NaN, () => -1, () => 1, () => 7]) {
    const dlq = memoryDlq()
    const west = { target: scriptedTarget(() => 'garbage'), retry: { maxAttempts: 1 } }
    const handler = createStreamSyncHandler({ targets: { west }, dlq, random })
    await handler(streamEvent(inserts(2)))
    const ids = dlq.letters().map(({ id }) => id)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
    if (random() !== 1) expect(new Set(ids).size).toBe(2)
  }
})

describe('the log', () => {
  const item = defineItem({
    schema: z.object({ sku: z.string(), quantity: z.number(), at: z.number() }),
    key: ['sku'],
    version: { attribute: 'at' },
  })
  const logged = () => {
    const lines: string[] = []
    const keep = (message: string) => void lines.push(message)
    return { lines, logger: { info: () => undefined, warn: keep, error: keep } }
  }

  test('tells of items that appear older than what a target remembers', async () => {
    const { lines, logger } = logged()
    const handler = createStreamSyncHandler({ item, targets: { west: memoryTarget() }, dlq: memoryDlq(), logger })
    await handler(streamEvent([insert('A1', 5, 1, { at: 9 })]))
    await handler(streamEvent([insert('A1', 5, 2, { at: 1 })]))
    expect(lines).toEqual([expect.stringContaining('their versions started again')])
  })

  test('has a hundred lines at most about versions that went backwards', async () => {
    const { lines, logger } = logged()
    const handler = createStreamSyncHandler({ item, targets: { west: memoryTarget() }, dlq: memoryDlq(), logger })
    const backwards = Array.from({ length: 150 }, (_, n) =>
      modify({ sku: `A${n}`, quantity: 1, at: 9 }, { sku: `A${n}`, quantity: 2, at: 1 }, n),
    )
    await handler(streamEvent(backwards))
    expect(lines.filter((line) => line.includes('went backwards'))).toHaveLength(100)
  })
})

test.each([[null], [''], [new Set()], [{}]])(
  'P1 a table that answers %o has not said that a row is gone',
  async (answer) => {
    const west = memoryTarget()
    await createStreamSyncHandler({ targets: { west } })(streamEvent([insert('A1', 5, 1)]))
    const read = () => Promise.resolve(answer as unknown as [])
    const table = { read, snapshot: () => ({ pages: () => [] }) } as unknown as SourceTable
    const handler = createStreamSyncHandler({ targets: { west }, table })
    const keysOnly = streamEvent([insert('A1', 6, 2)]).Records.map((record) => ({
      ...record,
      dynamodb: { ...record.dynamodb, NewImage: undefined, StreamViewType: 'KEYS_ONLY' },
    }))
    expect(failedOf(await handler({ Records: keysOnly }))).toEqual([sequence(2)])
    expect(west.items()).toMatchObject([{ sku: 'A1', quantity: 5 }])
  },
)
