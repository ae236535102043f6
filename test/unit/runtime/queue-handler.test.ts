import { createQueueSyncHandler, TargetRejectedError, TargetUnavailableError, type Tracer } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { poisonLetter } from '../../support/dead-letters.ts'
import {
  contextFor,
  failedOf,
  insert,
  keptLines,
  letterOf,
  modify,
  never,
  queueEvent,
  remove,
  scriptedBatches,
  scriptedTarget,
  sequence,
  tableOf,
  versionOf,
} from '../../support/sync-kit.ts'

const record = (sku = 'A1', quantity = 5, n = 1) => streamRecord(insert(sku, quantity, n))
const arn = record().eventSourceARN!

describe('current', () => {
  test("applies what the table holds now, under the letter's own version and another id", async () => {
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([{ sku: 'A1', quantity: 9 }]) })
    expect(failedOf(await handler(queueEvent([letterOf(record())])))).toEqual([])
    expect(west.changes()).toMatchObject([
      { type: 'upsert', item: { sku: 'A1', quantity: 9 }, version: versionOf(record()) },
    ])
    expect(west.changes()[0]!.id).toContain(letterOf(record()).id)
  })

  test('removes what the table does not hold', async () => {
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]) })
    expect(failedOf(await handler(queueEvent([letterOf(record())])))).toEqual([])
    expect(west.changes()).toMatchObject([{ type: 'removal', key: 'A1' }])
  })

  test("goes to the letter's target alone", async () => {
    const [west, east] = [memoryTarget(), memoryTarget()]
    const handler = createQueueSyncHandler({ targets: { west, east }, table: tableOf([{ sku: 'A1', quantity: 9 }]) })
    await handler(queueEvent([letterOf(record(), 'east')]))
    expect(west.changes()).toEqual([])
    expect(east.items()).toMatchObject([{ quantity: 9 }])
  })

  test('a newer delivery beats it, and it is done', async () => {
    const west = scriptedTarget(() => 'stale')
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([{ sku: 'A1', quantity: 9 }]) })
    expect(failedOf(await handler(queueEvent([letterOf(record())])))).toEqual([])
  })

  test('takes old letters, letters of older epochs, and unguarded targets', async () => {
    const clock = manualClock(new Date('2026-04-01T00:00:00Z'))
    const west = memoryTarget({ guarded: false })
    const handler = createQueueSyncHandler({
      targets: { west },
      table: tableOf([{ sku: 'A1', quantity: 9 }]),
      epochs: { [arn]: 3 },
      clock,
    })
    expect(failedOf(await clock.settle(handler(queueEvent([letterOf(record())]))))).toEqual([])
    expect(west.items()).toMatchObject([{ quantity: 9 }])
  })

  test('asks the table once for all letters of a round', async () => {
    const table = tableOf([])
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table })
    await handler(queueEvent([letterOf(record()), letterOf(record('B2', 5, 2))]))
    expect(table.reads).toEqual([['A1', 'B2']])
  })

  test('a row that fails the schema stays in the queue', async () => {
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([{ sku: 'A1', quantity: 'many' }]) })
    expect(failedOf(await handler(queueEvent([letterOf(record())])))).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test.each([
    ['fails', () => Promise.reject(new TargetUnavailableError('unprocessed keys'))],
    ['hangs', never],
  ])('a table that %s is no table without the row', async (_, read) => {
    const clock = manualClock()
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([], read), clock })
    const response = await clock.settle(handler(queueEvent([letterOf(record())]), contextFor(clock, 30_000)))
    expect(failedOf(response)).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test('a filter that throws leaves the letter in the queue, and the others go on', async () => {
    const when = ({ sku }: { sku: string }): boolean => {
      if (sku === 'A1') throw new Error('filter')
      return true
    }
    const west = memoryTarget()
    const table = tableOf([
      { sku: 'A1', quantity: 9 },
      { sku: 'B2', quantity: 8 },
    ])
    const handler = createQueueSyncHandler({ targets: { west: { target: west, when } }, table })
    expect(failedOf(await handler(queueEvent([letterOf(record()), letterOf(record('B2', 5, 2))])))).toEqual(['m1'])
    expect(west.items()).toMatchObject([{ sku: 'B2' }])
  })
})

describe('original', () => {
  const original = (settings: object = {}, west: object = memoryTarget(), clock = manualClock()) => {
    const handler = createQueueSyncHandler({ mode: 'original', targets: { west: west as never }, clock, ...settings })
    return async (...letters: Parameters<typeof queueEvent>[0]) =>
      failedOf(await clock.settle(handler(queueEvent(letters))))
  }

  test('applies the parked state, under its own version and another id', async () => {
    const west = memoryTarget()
    expect(await original({}, west)(letterOf(record()))).toEqual([])
    expect(west.changes()).toMatchObject([{ type: 'upsert', item: { quantity: 5 }, version: versionOf(record()) }])
    expect(west.changes()[0]!.id).toBe(`A1#${versionOf(record())}#${letterOf(record()).id}`)
  })

  test('applies a parked removal', async () => {
    const west = memoryTarget()
    expect(await original({}, west)(letterOf(streamRecord(remove('A1', 5, 1))))).toEqual([])
    expect(west.changes()).toMatchObject([{ type: 'removal' }])
  })

  test('a write that was a removal at this target stays one', async () => {
    const west = memoryTarget()
    const moved = streamRecord(
      modify({ sku: 'A1', quantity: 5, region: 'west' }, { sku: 'A1', quantity: 5, region: 'north' }, 1),
    )
    expect(await original({}, west)(letterOf(moved, 'west', { change: 'removal' }))).toEqual([])
    expect(west.changes()).toMatchObject([{ type: 'removal' }])
  })

  test('is refused for an unguarded target', async () => {
    const west = memoryTarget({ guarded: false })
    expect(await original({}, west)(letterOf(record()))).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test("is refused when the record is 24 hours old, however young the letter's parking", async () => {
    const young = manualClock(new Date('2026-03-02T09:59:59.999Z'))
    expect(await original({}, memoryTarget(), young)(letterOf(record()))).toEqual([])
    const old = manualClock(new Date('2026-03-02T10:00:00.000Z'))
    const fresh = letterOf(record(), 'west', { failedAt: new Date('2026-03-02T09:59:59Z') })
    expect(await original({}, memoryTarget(), old)(fresh)).toEqual(['m1'])
  })

  test('is refused for a record without a creation time', async () => {
    const { dynamodb, ...rest } = record()
    const { ApproximateCreationDateTime, ...timeless } = dynamodb!
    expect(ApproximateCreationDateTime).toBeDefined()
    expect(await original()(letterOf({ ...rest, dynamodb: timeless }))).toEqual(['m1'])
  })

  test('is refused for an epoch that is not the highest', async () => {
    expect(await original({ epochs: { [arn]: 2 } })(letterOf(record()))).toEqual(['m1'])
    const newest = letterOf(record(), 'west', { version: versionOf(record(), 2) })
    expect(await original({ epochs: { [arn]: 2 } })(newest)).toEqual([])
  })

  test('is refused for an upsert whose image was read from the table', async () => {
    const { dynamodb, ...rest } = record()
    const { NewImage, ...keysOnly } = dynamodb!
    expect(NewImage).toBeDefined()
    expect(await original()(letterOf({ ...rest, dynamodb: keysOnly }))).toEqual(['m1'])
    const removal = letterOf({ ...rest, eventName: 'REMOVE', dynamodb: keysOnly })
    expect(await original()(removal)).toEqual([])
  })

  test('is refused for an image that fails the schema', async () => {
    const bad = streamRecord({ newImage: { sku: 'A1', quantity: 'many' }, sequenceNumber: sequence(1) })
    expect(await original()(letterOf(bad))).toEqual(['m1'])
  })
})

describe('a poison letter', () => {
  test('goes to every target once the record can be read', async () => {
    const [west, east] = [memoryTarget(), memoryTarget()]
    const clock = manualClock()
    const handler = createQueueSyncHandler({ mode: 'original', targets: { west, east }, clock })
    expect(failedOf(await clock.settle(handler(queueEvent([poisonLetter({ record: record() })]))))).toEqual([])
    expect([...west.items(), ...east.items()]).toMatchObject([{ quantity: 5 }, { quantity: 5 }])
  })

  test('with a table, what it holds now, where each filter accepts it, else a removal', async () => {
    const [west, east] = [memoryTarget(), memoryTarget()]
    const table = tableOf([{ sku: 'A1', quantity: 9 }])
    const few = { target: east, when: ({ quantity }: { quantity: number }) => quantity < 9 }
    const handler = createQueueSyncHandler({ targets: { west, east: few }, table })
    expect(failedOf(await handler(queueEvent([poisonLetter({ record: record() })])))).toEqual([])
    expect(west.changes()).toMatchObject([{ type: 'upsert', item: { quantity: 9 } }])
    expect(east.changes()).toMatchObject([{ type: 'removal' }])
  })

  test('is done only when every target took it', async () => {
    const refusing = scriptedTarget(() => Promise.reject(new TargetRejectedError('no')))
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget(), refusing }, table: tableOf([]) })
    expect(failedOf(await handler(queueEvent([poisonLetter({ record: record() })])))).toEqual(['m1'])
  })

  test.each([null, 7, 'text', {}, { dynamodb: {} }])('stays when its record is still none: %j', async (raw) => {
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table: tableOf([]) })
    expect(failedOf(await handler(queueEvent([poisonLetter({ record: raw })])))).toEqual(['m1'])
  })
})

describe('what stays in the queue', () => {
  const other = record('B2', 5, 2)
  test.each([
    ['no JSON', '{'],
    ['no letter', '{}'],
    ['an empty body', ''],
    ['a target that the sync does not have', letterOf(record(), 'nowhere')],
    ["a target named like an object's member", letterOf(record(), 'constructor')],
    ["a key that is not its record's", letterOf(record(), 'west', { key: 'B2' })],
    ["a version that is not its record's", letterOf(record(), 'west', { version: versionOf(other) })],
    ['an epoch higher than any', letterOf(record(), 'west', { version: versionOf(record(), 999_999) })],
    ['a version that is none', letterOf(record(), 'west', { version: '~' })],
  ])('%s; the others go on', async (_, letter) => {
    const west = memoryTarget()
    const table = tableOf([{ sku: 'B2', quantity: 9 }])
    const handler = createQueueSyncHandler({ targets: { west }, table })
    expect(failedOf(await handler(queueEvent([letter, letterOf(other)])))).toEqual(['m1'])
    expect(west.items()).toMatchObject([{ sku: 'B2', quantity: 9 }])
  })

  test('a failed delivery, which is parked nowhere again', async () => {
    const clock = manualClock()
    const [dlq, own, metrics] = [memoryDlq(), memoryDlq(), memoryMetrics()]
    const target = scriptedTarget(() => Promise.reject(new TargetUnavailableError('down')))
    const targets = { west: { target, dlq: own } }
    const handler = createQueueSyncHandler({ targets, dlq, metrics, table: tableOf([]), clock })
    expect(failedOf(await clock.settle(handler(queueEvent([letterOf(record())]))))).toEqual(['m1'])
    expect([...dlq.letters(), ...own.letters()]).toEqual([])
    expect(metrics.total('DeliveryFailures', 'west')).toBe(1)
  })

  test('what the deadline did not let start', async () => {
    const clock = manualClock()
    const west = { target: scriptedTarget(never), concurrency: 1, timeoutMs: 60_000 }
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]), clock })
    const event = queueEvent([letterOf(record()), letterOf(record('B2', 5, 2))])
    expect(failedOf(await clock.settle(handler(event, contextFor(clock, 5_000))))).toEqual(['m1', 'm2'])
    expect(clock.monotonic()).toBe(4_000)
  })

  test('nothing of an empty event', async () => {
    const table = tableOf([])
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table })
    expect(await handler({ Records: [] })).toEqual({ batchItemFailures: [] })
  })
})

describe('order', () => {
  const letters = [letterOf(record('A1', 1, 1)), letterOf(record('B2', 2, 2)), letterOf(record('C3', 3, 3))]

  test('a FIFO message group goes in order and stops at its first failure; other groups go on', async () => {
    const west = scriptedTarget(({ key }) => {
      if (key === 'A1') throw new TargetRejectedError('no')
      return 'applied'
    })
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]) })
    expect(failedOf(await handler(queueEvent(letters, ['g1', 'g1', 'g2'])))).toEqual(['m1', 'm2'])
    expect(west.calls.map(({ key }) => key)).toEqual(['A1', 'C3'])
  })

  test('an invalid letter stops its message group, too', async () => {
    const west = scriptedTarget()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]) })
    expect(failedOf(await handler(queueEvent([letters[0]!, 'garbage', letters[2]!], ['g', 'g', 'g'])))).toEqual([
      'm2',
      'm3',
    ])
    expect(west.calls.map(({ key }) => key)).toEqual(['A1'])
  })

  test('letters of one item go one after the other, oldest first', async () => {
    const clock = manualClock()
    const versions: string[] = []
    let inFlight = 0
    const west = scriptedTarget(async ({ version }) => {
      expect(++inFlight).toBe(1)
      versions.push(version)
      await clock.sleep(100)
      inFlight--
      return 'applied'
    })
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]), clock })
    const [older, newer] = [record('A1', 1, 1), record('A1', 2, 2)]
    await clock.settle(handler(queueEvent([letterOf(newer), letterOf(older)])))
    expect(versions).toEqual([versionOf(older), versionOf(newer)])
  })

  test('batch targets get the letters of different items at once', async () => {
    const west = scriptedBatches((changes) => changes.map(() => 'applied'))
    await createQueueSyncHandler({ targets: { west }, table: tableOf([]) })(queueEvent(letters))
    expect(west.calls).toEqual([['A1', 'B2', 'C3']])
  })
})

describe('what is told of a run', () => {
  const notes = (lines: readonly (readonly unknown[])[]) => lines.filter(([level]) => level !== 'info')

  test('nothing but its summary, where all letters are done', async () => {
    const { lines, logger } = keptLines()
    const table = tableOf([{ sku: 'A1', quantity: 9 }])
    await createQueueSyncHandler({ targets: { west: memoryTarget() }, table, logger })(queueEvent([letterOf(record())]))
    expect(lines.map(([level, message]) => [level, message])).toEqual([['info', 'Synced.']])
  })

  test('each letter that stays by its message, a hundred at most, and how many were not tried', async () => {
    const { lines, logger } = keptLines()
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table: tableOf([]), logger })
    await handler(queueEvent(Array.from({ length: 101 }, () => 'no letter')))
    expect(notes(lines)).toHaveLength(100)
    expect(notes(lines)[99]).toEqual([
      'error',
      'A dead letter stays in the queue.',
      { messageId: 'm100', reason: expect.any(String) as unknown },
    ])
    lines.length = 0
    const groups = ['a', 'a', 'a']
    await handler(queueEvent(['no letter', letterOf(record('B2')), letterOf(record('C3'))], groups))
    expect(notes(lines).map(([level, , fields]) => [level, fields])).toEqual([
      ['error', { messageId: 'm1', reason: expect.any(String) as unknown }],
      ['warn', { letters: 2 }],
    ])
  })

  test('no letter or poison of the whole, for nothing is parked anew', async () => {
    const metrics = memoryMetrics()
    const table = tableOf([{ sku: 'A1', quantity: 9 }])
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table, metrics })
    await handler(queueEvent([letterOf(record())]))
    expect([metrics.total('DeadLettered'), metrics.total('Unresolved'), metrics.total('Deliveries')]).toEqual([0, 0, 1])
  })

  test('a span of its own name', async () => {
    const names: string[] = []
    const tracer: Tracer = {
      span: (name, _, run) => {
        names.push(name)
        return run()
      },
    }
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table: tableOf([]), tracer })
    await handler(queueEvent([letterOf(record())]))
    expect(names).toEqual(['queue-sync', 'deliver'])
  })
})

test.each([undefined, null, 5, 'text', [], {}, { Records: {} }, { Records: null }])(
  'the event %j is none of a queue',
  async (event) => {
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table: tableOf([]) })
    await expect(handler(event as never)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' })
  },
)

describe('the table', () => {
  test.each([
    ['for nothing but what can be read', ['{', letterOf(record()), '{}'], ['m1', 'm3'], [['A1']]],
    ['for nothing where nothing can be read', ['{', '{}'], ['m1', 'm2'], []],
  ])('is asked %s', async (_, given, left, reads) => {
    const table = tableOf([{ sku: 'A1', quantity: 9 }])
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table })
    expect(failedOf(await handler(queueEvent(given)))).toEqual(left)
    expect(table.reads).toEqual(reads)
  })
})
