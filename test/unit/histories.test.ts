import {
  compareVersions,
  createQueueSyncHandler,
  createStreamSyncHandler,
  defineItem,
  TargetRejectedError,
  TargetUnavailableError,
  type InventoryItem,
} from 'dynamodb-stream-sync'
import {
  manualClock,
  memoryDlq,
  memoryMetrics,
  memoryTarget,
  streamEvent,
  streamRecord,
} from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { lowestVersion, repairVersion } from '../../src/core/version.ts'
import {
  contextFor,
  failedOf,
  insert,
  inserts,
  modify,
  never,
  queueEvent,
  remove,
  scriptedBatches,
  scriptedDlq,
  scriptedTarget,
  sequence,
  tableOf,
  versionOf,
} from '../support/sync-kit.ts'

// Each history once broke a simpler protocol. The number is its name.

const counted = defineItem({
  schema: z.looseObject({ sku: z.string(), quantity: z.number(), rev: z.number() }),
  key: ['sku'],
  version: { attribute: 'rev' },
})

/** A target that holds the items of one region. */
const regional = (region: string) => ({
  target: memoryTarget(),
  when: (item: InventoryItem) => item['region'] === region,
})
const at = (region: string, quantity = 5) => ({ sku: 'A1', quantity, region })

describe('versions', () => {
  test('history 1: an attribute version 101 applied, then a REMOVE with old image 101: the item goes', async () => {
    const west = memoryTarget({ item: counted })
    const handler = createStreamSyncHandler({ item: counted, targets: { west } })
    await handler(streamEvent([insert('A1', 5, 1, { rev: 101 })]))
    await handler(streamEvent([remove('A1', 5, 2, { rev: 101 })]))
    expect(west.items()).toEqual([])
  })

  test('history 2: a counter that starts again at its re-insertion is counted as regressed', async () => {
    const metrics = memoryMetrics()
    const west = memoryTarget({ item: counted })
    const handler = createStreamSyncHandler({ item: counted, targets: { west }, metrics })
    await handler(streamEvent([insert('A1', 5, 1, { rev: 1 })]))
    await handler(streamEvent([modify({ sku: 'A1', quantity: 5, rev: 1 }, { sku: 'A1', quantity: 6, rev: 2 }, 2)]))
    await handler(streamEvent([remove('A1', 6, 3, { rev: 2 })]))
    expect(metrics.total('VersionRegressed')).toBe(0)
    await handler(streamEvent([insert('A1', 7, 4, { rev: 1 })]))
    expect(metrics.total('VersionRegressed', 'west')).toBe(1)
    expect(metrics.total('StaleSkipped', 'west')).toBe(1)
  })

  test('history 3: a replica whose stream label is older, with its epoch raised: the newer write stands', async () => {
    const replica = 'arn:aws:dynamodb:us-east-1:123456789012:table/inventory/stream/2020-01-01T00:00:00.000'
    const west = memoryTarget()
    const handler = createStreamSyncHandler({ targets: { west }, epochs: { [replica]: 1 } })
    await handler(streamEvent([insert('A1', 1, 9)]))
    const [record] = streamEvent([insert('A1', 2, 1)]).Records
    await handler({ Records: [{ ...record!, eventSourceARN: replica }] })
    expect(west.items()).toMatchObject([{ quantity: 2 }])
  })

  test('history 4: after a restore with its epoch raised, the abandoned state is not redriven', async () => {
    const restored = 'arn:aws:dynamodb:eu-west-1:123456789012:table/inventory/stream/2026-03-01T09:00:00.000'
    const clock = manualClock()
    const letters = await parked(insert('A1', 2, 1))
    const west = memoryTarget()
    const epochs = { [restored]: 1 }
    const handler = createQueueSyncHandler({ mode: 'original', targets: { west }, epochs, clock })
    expect(failedOf(await clock.settle(handler(queueEvent(letters))))).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test('history 25: a repair on the lowest version is older than every later write', () => {
    const record = streamRecord(insert('A1', 1, 1))
    expect(compareVersions(repairVersion(lowestVersion), versionOf(record))).toBe(-1)
    expect(compareVersions(repairVersion(repairVersion(lowestVersion)), '000000/2020')).toBe(-1)
  })

  test('history 21: ten repairs in a row keep their order', () => {
    const repairs = Array.from({ length: 10 }).reduce<string[]>((all) => [...all, repairVersion(all.at(-1)!)], ['-'])
    expect([...repairs].sort(compareVersions)).toEqual(repairs)
  })
})

describe('routes', () => {
  test('history 5: moved west to north and removed in one batch: west loses it, too', async () => {
    const [west, north] = [regional('west'), regional('north')]
    const handler = createStreamSyncHandler({ targets: { west, north } })
    await handler(streamEvent([insertAt('west', 1)]))
    await handler(streamEvent([modify(at('west'), at('north'), 2), remove('A1', 5, 3, { region: 'north' })]))
    expect(west.target.items()).toEqual([])
    expect(north.target.items()).toEqual([])
  })

  test('history 6: inserted in west, unacknowledged, redelivered with the move: west loses it', async () => {
    const [west, north] = [regional('west'), regional('north')]
    const handler = createStreamSyncHandler({ targets: { west, north } })
    await handler(streamEvent([insertAt('west', 1)]))
    await handler(streamEvent([insertAt('west', 1), modify(at('west'), at('north'), 2)]))
    expect(west.target.items()).toEqual([])
    expect(north.target.items()).toHaveLength(1)
  })

  test('history 7: a lane that nobody takes is reported by its first record, so that redelivery sees the move', async () => {
    const north = regional('north')
    let down = true
    const east = memoryTarget()
    const flaky = scriptedTarget((change, context) => {
      if (down) throw new TargetRejectedError('no')
      return east.apply(change, context)
    })
    const dlq = scriptedDlq((letters) => letters.map(() => new Error('full')))
    const route = { target: flaky, when: (item: InventoryItem) => item['region'] === 'east' }
    const handler = createStreamSyncHandler({ targets: { east: route, north }, dlq })
    down = false
    await handler(streamEvent([insertAt('east', 1)]))
    down = true
    const event = streamEvent([modify(at('east'), at('north'), 2), modify(at('north'), at('north', 6), 3)])
    const failed = failedOf(await handler(event))
    expect(failed).toEqual([sequence(2)])
    down = false
    const from = event.Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed[0])
    expect(failedOf(await handler({ Records: event.Records.slice(from) }))).toEqual([])
    expect(east.items()).toEqual([])
  })

  test('history 18: an expired east item, inserted again in north: east loses it although expiry is ignored', async () => {
    const [east, north] = [regional('east'), regional('north')]
    const handler = createStreamSyncHandler({ targets: { east, north }, ttl: 'ignore' })
    await handler(streamEvent([insertAt('east', 1)]))
    const [expiry] = streamEvent([remove('A1', 5, 2, { region: 'east' })]).Records
    await handler({
      Records: [{ ...expiry!, userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }],
    })
    expect(east.target.items()).toHaveLength(1)
    await handler(streamEvent([insertAt('north', 3)]))
    expect(east.target.items()).toEqual([])
    expect(north.target.items()).toHaveLength(1)
  })

  test('history 26: a move that leaves `fields` alone is delivered to both sides', async () => {
    const item = defineItem({
      schema: z.looseObject({ sku: z.string(), quantity: z.number(), region: z.string() }),
      key: ['sku'],
      fields: ['quantity'],
    })
    const [east, west] = [memoryTarget({ item }), memoryTarget({ item })]
    const targets = {
      east: { target: east, when: (one: { region: string }) => one.region === 'eu' },
      west: { target: west, when: (one: { region: string }) => one.region === 'us' },
    }
    const handler = createStreamSyncHandler({ item, targets })
    await handler(streamEvent([insertAt('eu', 1)]))
    await handler(streamEvent([modify(at('eu'), at('us'), 2)]))
    expect([east.items().length, west.items().length]).toEqual([0, 1])
    const calls = west.changes().length
    await handler(streamEvent([modify({ ...at('us'), note: 'a' }, { ...at('us'), note: 'b' }, 3)]))
    expect(west.changes()).toHaveLength(calls)
  })

  test('history 17: q1, q0 applied but unacknowledged, q1 again, redelivered as one lane: the target ends at q1', async () => {
    const west = memoryTarget()
    const item = defineItem({
      schema: z.looseObject({ sku: z.string(), quantity: z.number() }),
      key: ['sku'],
      fields: ['quantity'],
    })
    const handler = createStreamSyncHandler({ item, targets: { west } })
    const [q1, q0] = [at('west', 1), at('west', 0)]
    const { Records } = streamEvent([
      { newImage: q1, sequenceNumber: sequence(1) },
      modify(q1, q0, 2),
      modify(q0, q1, 3),
    ])
    await handler({ Records: Records.slice(0, 1) })
    await handler({ Records: Records.slice(1, 2) })
    await handler({ Records: Records.slice(1) })
    expect(west.items()).toMatchObject([{ quantity: 1 }])
  })
})

describe('redrive', () => {
  test('history 12: a removal that the stream swallowed: `original` is refused after a day, `current` removes', async () => {
    const letters = await parked(insert('A1', 1, 1))
    const clock = manualClock(new Date('2026-03-03T10:00:00Z'))
    const west = memoryTarget()
    const original = createQueueSyncHandler({ mode: 'original', targets: { west }, clock })
    expect(failedOf(await clock.settle(original(queueEvent(letters))))).toEqual(['m1'])
    const current = createQueueSyncHandler({ targets: { west }, table: tableOf([]), clock })
    expect(failedOf(await clock.settle(current(queueEvent(letters))))).toEqual([])
    expect(west.items()).toEqual([])
  })

  test('history 13: the removal at west parked, the item now in north: `current` does not bring it back to west', async () => {
    const letters = await parked(modify(at('west'), at('north'), 2), 'west')
    const west = regional('west')
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([at('north')]) })
    expect(failedOf(await handler(queueEvent(letters)))).toEqual([])
    expect(west.target.changes()).toMatchObject([{ type: 'removal' }])
  })

  test('history 14: an unguarded target: v1 parked, v2 applied live, `original` of v1 is refused', async () => {
    const letters = await parked(insert('A1', 1, 1))
    const clock = manualClock()
    const west = memoryTarget({ guarded: false })
    await createStreamSyncHandler({ targets: { west } })(streamEvent([modify(at('west', 1), at('west', 2), 2)]))
    const handler = createQueueSyncHandler({ mode: 'original', targets: { west }, clock })
    expect(failedOf(await clock.settle(handler(queueEvent(letters))))).toEqual(['m1'])
    expect(west.items()).toMatchObject([{ quantity: 2 }])
  })

  test('history 27: a letter parked an hour ago, of a record of 25 hours ago, is too old', async () => {
    const [letter] = await parked(insert('A1', 1, 1))
    const clock = manualClock(new Date('2026-03-02T11:00:00Z'))
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ mode: 'original', targets: { west }, clock })
    const young = { ...letter!, failedAt: new Date('2026-03-02T10:00:00Z') }
    expect(failedOf(await clock.settle(handler(queueEvent([young]))))).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test('history 16: at each redrive a change has another id, so that a FIFO queue does not drop it', async () => {
    const clock = manualClock()
    const first = scriptedTarget(() => {
      throw new TargetRejectedError('no')
    })
    const dlq = memoryDlq()
    const stream = createStreamSyncHandler({ targets: { west: first }, dlq })
    const event = streamEvent([insert('A1', 1, 5)])
    await stream(event)
    await stream(event)
    const again = scriptedTarget()
    const redrive = createQueueSyncHandler({ mode: 'original', targets: { west: again }, clock })
    await clock.settle(redrive(queueEvent(dlq.letters())))
    expect(new Set([...first.calls, ...again.calls].map(({ id }) => id)).size).toBe(3)
  })
})

describe('faults', () => {
  test('history 9: a call that was lost after it acted is made again, and the change is done once', async () => {
    const clock = manualClock()
    const west = memoryTarget({ clock, faults: ['answerLost', 'unavailable', 'answerLost'] })
    const handler = createStreamSyncHandler({ targets: { west }, clock })
    const event = streamEvent([insert('A1', 1, 1)])
    expect(failedOf(await clock.settle(handler(event)))).toEqual([sequence(1)])
    expect(failedOf(await clock.settle(handler(event)))).toEqual([])
    expect(west.changes()).toHaveLength(1)
  })

  test('history 15: a key that hydrate got no answer for is redelivered, never removed', async () => {
    const west = memoryTarget()
    const read = () => Promise.reject(new TargetUnavailableError('one unprocessed key'))
    await createStreamSyncHandler({ targets: { west } })(streamEvent([insert('A1', 5, 1)]))
    const handler = createStreamSyncHandler({ targets: { west }, table: tableOf([], read), dlq: memoryDlq() })
    const [record] = streamEvent([insert('A1', 6, 2)]).Records
    const keysOnly = { ...record!, dynamodb: { ...record!.dynamodb, NewImage: undefined } }
    expect(failedOf(await handler({ Records: [keysOnly] }))).toEqual([sequence(2)])
    expect(west.items()).toMatchObject([{ quantity: 5 }])
  })

  test('history 19: a thousand lanes and a hanging target stop the shard for less than one invocation', async () => {
    const clock = manualClock()
    const west = { target: scriptedTarget(never), timeoutMs: 2_000 }
    const east = memoryTarget()
    const handler = createStreamSyncHandler({ targets: { west, east }, dlq: memoryDlq(), clock })
    expect(failedOf(await clock.settle(handler(streamEvent(inserts(1_000)), contextFor(clock, 30_000))))).toEqual([])
    expect(east.items()).toHaveLength(1_000)
    expect(clock.monotonic()).toBeLessThan(5_000)
  })

  test('history 19: attempts as long as the invocation still make progress each time', async () => {
    const clock = manualClock()
    const west = { target: scriptedTarget(never), timeoutMs: 10_000, breaker: false } as const
    const dlq = memoryDlq()
    const handler = createStreamSyncHandler({ targets: { west }, dlq, clock })
    let { Records } = streamEvent(inserts(50))
    let invocations = 0
    for (; Records.length > 0 && invocations < 20; invocations++) {
      const [first] = failedOf(await clock.settle(handler({ Records }, contextFor(clock, 30_000))))
      const from = Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === first)
      Records = from < 0 ? [] : Records.slice(from)
    }
    expect(Records).toEqual([])
    expect(new Set(dlq.letters().map(({ record }) => JSON.stringify(record))).size).toBe(50)
  })

  test('history 20: a pause that was pending when the handler answered writes nothing in the next invocation', async () => {
    const clock = manualClock()
    const [down, quick] = [memoryDlq(), memoryTarget()]
    const west = scriptedTarget(() => Promise.reject(new TargetUnavailableError('busy', { retryAfterMs: 500 })))
    const routes = { west: { target: west, retry: { maxAttempts: 50 }, breaker: false }, quick } as const
    const handler = createStreamSyncHandler({ targets: routes, dlq: down, clock })
    await clock.settle(handler(streamEvent([insert('A1', 5, 1)]), contextFor(clock, 2_300)))
    expect(clock.monotonic()).toBeLessThan(2_300) // while the next pause would not have ended
    const calls = west.calls.length
    expect(calls).toBeGreaterThan(1)
    await clock.advance(3_600_000)
    await clock.settle(handler({ Records: [] }))
    expect(west.calls).toHaveLength(calls)
  })

  test('history 23: no batch holds two changes of one item, and every batch is in the order of keys', async () => {
    const clock = manualClock()
    const west = scriptedBatches((changes) => changes.map(() => 'applied'))
    const handler = createStreamSyncHandler({ targets: { west }, coalesce: false, clock })
    const sold = modify({ sku: 'B', quantity: 1 }, { sku: 'B', quantity: 0 }, 3)
    const event = streamEvent([insert('B', 1, 1), insert('A', 1, 2), sold, insert('C', 1, 4)])
    expect(failedOf(await clock.settle(handler(event)))).toEqual([])
    for (const batch of west.calls) expect(batch).toEqual([...new Set(batch)].sort())
    expect(west.calls.flat().sort()).toEqual(['A', 'B', 'B', 'C'])
  })

  test('history 24: a removal of what is gone is answered unchanged and done; a locked row is tried again', async () => {
    const clock = manualClock()
    const dlq = memoryDlq()
    const west = scriptedTarget(({ type }, _, call) => {
      if (call === 1) throw new TargetUnavailableError('locked')
      return type === 'removal' ? 'unchanged' : 'applied'
    })
    const handler = createStreamSyncHandler({ targets: { west }, dlq, clock })
    expect(failedOf(await clock.settle(handler(streamEvent([insert('A1', 5, 1)]))))).toEqual([])
    expect(failedOf(await clock.settle(handler(streamEvent([remove('A1', 5, 2)]))))).toEqual([])
    expect(west.calls).toHaveLength(3)
    expect(dlq.letters()).toEqual([])
  })
})

function insertAt(region: string, n: number) {
  return insert('A1', 5, n, { region })
}

/** The letters of a record that `west` rejected. */
async function parked(record: Parameters<typeof streamRecord>[0], region?: string) {
  const dlq = memoryDlq()
  const target = scriptedTarget(() => {
    throw new TargetRejectedError('no')
  })
  const when = region === undefined ? undefined : (item: InventoryItem) => item['region'] === region
  await createStreamSyncHandler({ targets: { west: { target, when } }, dlq })(streamEvent([record]))
  expect(dlq.letters()).toHaveLength(1)
  return dlq.letters()
}
