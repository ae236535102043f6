import { describe, expect, test } from 'vitest'
import type { Change } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, memoryTarget, type Fault } from 'dynamodb-stream-sync/testing'
import { deliveryLetter } from '../../support/dead-letters.ts'
import { allOf, callContext, removalOf, upsertOf, versionOf } from '../../support/stock-changes.ts'

interface Row {
  readonly sku: string
  readonly quantity?: number
}

const upsert = (sku: string, n: number) => upsertOf({ sku }, n, { quantity: n }) as Change<Row>
const removal = (sku: string, n: number) => removalOf({ sku }, n) as Change<Row>
const keyOf = (sku: string) => ({ key: sku, keyAttributes: { sku } })
const outcome = (work: Promise<unknown>) => work.catch((error: unknown) => error)

describe('memoryTarget', () => {
  test('guards: newer is applied, equal unchanged, older stale, removals included', async () => {
    const east = memoryTarget<Row>()
    const answers: string[] = []
    const changes = [upsert('A1', 2), upsert('A1', 2), upsert('A1', 1), removal('A1', 4), upsert('A1', 3)]
    for (const change of [...changes, removal('A1', 3), upsert('A1', 5)])
      answers.push(await east.apply(change, callContext()))
    expect(answers).toEqual(['applied', 'unchanged', 'stale', 'applied', 'stale', 'stale', 'applied'])
    expect(east.items()).toEqual([{ sku: 'A1', quantity: 5 }])
    expect(east.changes().map(({ version }) => version)).toEqual([2, 4, 5].map(versionOf))
    expect(east.guarded).toBe(true)
  })

  test('without guard, the last change to arrive stands', async () => {
    const east = memoryTarget<Row>({ guarded: false })
    for (const change of [upsert('A1', 2), upsert('A1', 1), upsert('B2', 9), removal('B2', 1)])
      expect(await east.apply(change, callContext())).toBe('applied')
    expect(east.items()).toEqual([{ sku: 'A1', quantity: 1 }])
    expect(await east.read([keyOf('B2')], callContext())).toEqual([])
    expect(east.guarded).toBe(false)
  })

  test('reads rows and tombstones with their versions, once each, and leaves out the rest', async () => {
    const east = memoryTarget<Row>()
    for (const change of [upsert('A1', 1), removal('B2', 2)]) await east.apply(change, callContext())
    expect(await east.read([keyOf('B2'), keyOf('C3'), keyOf('A1'), keyOf('A1')], callContext())).toEqual([
      { key: 'B2', item: { sku: 'B2' }, version: versionOf(2), removed: true },
      { key: 'A1', item: { sku: 'A1', quantity: 1 }, version: versionOf(1) },
    ])
  })

  test('its snapshot is in UTF-8 byte order, by partition and after a key', async () => {
    const clock = manualClock()
    const east = memoryTarget<Row>({ clock })
    for (const sku of ['😀', '\uffee', 'a', 'b']) await east.apply(upsert(sku, 1), callContext())
    await east.apply(removal('a', 2), callContext())
    const keys = async (more: object = {}) => {
      const page = await east
        .snapshot()
        .pages({ signal: new AbortController().signal, ...more })
        .next()
      return page.done ? [] : page.value.map(({ key, removed }) => (removed ? `-${key}` : key))
    }
    expect(await keys()).toEqual(['-a', 'b', '\uffee', '😀'])
    expect(await keys({ after: 'b' })).toEqual(['\uffee', '😀'])
    expect([
      await keys({ partition: { index: 0, count: 2 } }),
      await keys({ partition: { index: 1, count: 2 } }),
    ]).toEqual([
      ['-a', '\uffee'],
      ['b', '😀'],
    ])
    expect(east.items().map(({ sku }) => sku)).toEqual(['b', '\uffee', '😀'])
    const now = new Date(clock.now())
    expect((await allOf(east.snapshot())).summary).toEqual({ startedAt: now, endedAt: now, complete: true })
  })

  test('fails as planned, one fault per attempt, then does well', async () => {
    const east = memoryTarget<Row>({ faults: ['unavailable', { retryAfterMs: 300 }, 'rejected', 'answerLost', 'none'] })
    const answers: unknown[] = []
    for (let n = 1; n <= 6; n++) answers.push(await outcome(east.apply(upsert('A1', n), callContext())))
    expect(answers).toEqual([
      expect.objectContaining({ code: 'TARGET_UNAVAILABLE', retryAfterMs: undefined }),
      expect.objectContaining({ code: 'TARGET_UNAVAILABLE', retryAfterMs: 300 }),
      expect.objectContaining({ code: 'TARGET_REJECTED' }),
      expect.objectContaining({ code: 'TARGET_UNAVAILABLE' }),
      'applied',
      'applied',
    ])
    expect(east.changes().map(({ version }) => version)).toEqual([4, 5, 6].map(versionOf))
  })

  test('a delay passes on its clock; what is aborted meanwhile is not applied', async () => {
    const clock = manualClock()
    const east = memoryTarget<Row>({ clock, faults: [{ delayMs: 250 }, { delayMs: 250 }] })
    expect(await clock.settle(east.apply(upsert('A1', 1), callContext()))).toBe('applied')
    expect(clock.monotonic()).toBe(250)
    const stop = new AbortController()
    const late = outcome(east.apply(upsert('A1', 2), callContext(stop.signal)))
    stop.abort()
    expect(await clock.settle(late)).toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(east.items()).toEqual([{ sku: 'A1', quantity: 1 }])
  })

  test('a hang lasts until the signal aborts', async () => {
    const clock = manualClock()
    const east = memoryTarget<Row>({ faults: ['hang', 'hang', 'hang'] })
    await expect(clock.settle(east.apply(upsert('A1', 1), callContext()))).rejects.toThrow('not this clock')
    const stop = new AbortController()
    const hanging = outcome(east.apply(upsert('A1', 1), callContext(stop.signal)))
    stop.abort()
    expect(await hanging).toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(await outcome(east.apply(upsert('A1', 1), callContext(stop.signal)))).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
    })
    expect(east.changes()).toEqual([])
  })

  test.for(['unavailble', {}, { delayMs: 'x' }, { delayMs: -1 }, { delayMs: 1, retryAfterMs: 1 }, null])(
    'refuses %j as a fault',
    (fault) => {
      const faults = ['none', fault] as readonly Fault[]
      const refused = expect.objectContaining({ code: 'CONFIG_INVALID', field: 'faults[1]' }) as Error
      expect(() => memoryTarget({ faults })).toThrow(refused)
      expect(() => memoryDlq({ faults })).toThrow(refused)
    },
  )
})

describe('memoryDlq', () => {
  const [a, b] = [deliveryLetter({ id: 'a' }), deliveryLetter({ id: 'b' })]

  test('keeps letters in order', async () => {
    const dlq = memoryDlq()
    expect(await dlq.send([a, b], callContext())).toEqual(['parked', 'parked'])
    expect(await dlq.send([], callContext())).toEqual([])
    expect(dlq.letters()).toEqual([a, b])
  })

  test('fails as planned: by throw, by letter, after storing, or never answering', async () => {
    const clock = manualClock()
    const dlq = memoryDlq({ clock, faults: ['unavailable', 'rejected', 'answerLost', { delayMs: 70 }, 'hang'] })
    expect(await outcome(dlq.send([a], callContext()))).toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(await dlq.send([a, b], callContext())).toEqual([expect.any(Error), expect.any(Error)])
    expect(dlq.letters()).toEqual([])
    expect(await outcome(dlq.send([a], callContext()))).toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(dlq.letters()).toEqual([a])
    await clock.settle(dlq.send([b], callContext()))
    expect([clock.monotonic(), dlq.letters()]).toEqual([70, [a, b]])
    await expect(clock.settle(dlq.send([b], callContext()))).rejects.toThrow('not this clock')
    expect(dlq.letters()).toEqual([a, b])
  })
})

test('memoryMetrics sums values over invocations, of one target or of all', async () => {
  const metrics = memoryMetrics()
  await metrics.emit([
    { name: 'Deliveries', unit: 'Count', values: [1, 2], target: 'east' },
    { name: 'Deliveries', unit: 'Count', values: [4], target: 'west' },
    { name: 'Poison', unit: 'Count', values: [8] },
  ])
  await metrics.emit([{ name: 'Deliveries', unit: 'Count', values: [16], target: 'east' }])
  expect(metrics.total('Deliveries')).toBe(23)
  expect(metrics.total('Deliveries', 'east')).toBe(19)
  expect(metrics.total('Poison', 'east')).toBe(0)
  expect(metrics.total('Retries')).toBe(0)
})
