import {
  createQueueSyncHandler,
  inventoryItem,
  TargetUnavailableError,
  type Change,
  type InventoryItem,
  type Metric,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { manualClock, memoryMetrics, memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { poisonLetter } from '../../support/dead-letters.ts'
import {
  contextFor,
  failedOf,
  insert,
  letterOf,
  modify,
  never,
  queueEvent,
  remove,
  scriptedBatches,
  scriptedTarget,
  tableOf,
  versionOf,
} from '../../support/sync-kit.ts'

type Handler = ReturnType<typeof createQueueSyncHandler>
type Letter = Parameters<typeof queueEvent>[0][number]

const record = (sku = 'A1', quantity = 5, n = 1) => streamRecord(insert(sku, quantity, n))
const arn = record().eventSourceARN!
const label = arn.split('/').at(-1)!
const states = (count: number) => Array.from({ length: count }, (_, n) => letterOf(record('A1', n, n + 1)))
const ask = async (handler: Handler, ...letters: readonly Letter[]) => failedOf(await handler(queueEvent(letters)))

/** The record without an image of this name. */
function without(name: 'OldImage' | 'NewImage', { dynamodb, ...rest }: StreamRecord): StreamRecord {
  return { ...rest, dynamodb: { ...dynamodb, [name]: undefined } }
}

function withFacts(given: StreamRecord, facts: object): StreamRecord {
  return { ...given, dynamodb: { ...given.dynamodb, ...facts } }
}

describe('P6 P10 many rounds of one batch', () => {
  test('an emitter that hangs is waited for once', async () => {
    const clock = manualClock()
    let emits = 0
    const emit = () => {
      emits++
      return never()
    }
    const handler = createQueueSyncHandler({
      targets: { west: memoryTarget({ clock }) },
      table: tableOf([]),
      metrics: { emit },
      clock,
    })
    expect(failedOf(await clock.settle(handler(queueEvent(states(10)), contextFor(clock, 10_000))))).toEqual([])
    expect([emits, clock.monotonic()]).toEqual([1, 250])
  })

  test('metrics and the log speak of the whole batch', async () => {
    const clock = manualClock()
    const metrics = memoryMetrics()
    const emitted: Metric[] = []
    const lines: [string, unknown][] = []
    const info = (message: string, fields: unknown): void => void lines.push([message, fields])
    const slow = scriptedTarget(async (_, __, call) => {
      await clock.sleep(100)
      if (call === 2) throw new TargetUnavailableError('busy')
      return call === 1 ? 'stale' : 'applied'
    })
    const handler = createQueueSyncHandler({
      targets: { west: { target: slow, retry: { minDelayMs: 0 } } },
      table: tableOf([]),
      metrics: [metrics, { emit: (some) => void emitted.push(...some) }],
      logger: { info, warn: info, error: info },
      clock,
    })
    await clock.settle(handler(queueEvent([...states(3), '{'])))
    expect(metrics.total('Deliveries', 'west')).toBe(3)
    expect(metrics.total('StaleSkipped', 'west')).toBe(1)
    expect(metrics.total('Retries', 'west')).toBe(1)
    const of = (name: string) => emitted.filter((metric) => metric.name === name && metric.target === 'west')
    expect(of('DeliveryLatency').map(({ values }) => values.length)).toEqual([3])
    expect(of('SyncDuration').map(({ values }) => values.length)).toEqual([1])
    expect(of('SyncDuration')[0]!.values[0]).toBeGreaterThanOrEqual(400)
    expect(lines.filter(([message]) => message === 'Synced.')).toMatchObject([
      ['Synced.', { records: 4, delivered: 3 }],
    ])
  })

  test('what any round counted is counted: a breaker that opened, a version that started again', async () => {
    const metrics = memoryMetrics()
    const down = scriptedTarget(() => Promise.reject(new TargetUnavailableError('down')))
    const west = { target: down, retry: { maxAttempts: 1 }, breaker: { failures: 2, coolDownMs: 30_000 } }
    const item = { ...inventoryItem, version: { attribute: 'at' } }
    const east = scriptedTarget((_, __, call) => (call === 1 ? 'stale' : 'applied'))
    const table = tableOf([{ sku: 'A1', quantity: 9, at: 2 }])
    const handler = createQueueSyncHandler({ item, targets: { west, east }, table, metrics })
    const at = (n: number) => `000000/${String(n).padStart(38, '0')}/${versionOf(record('A1', n, n)).slice(7)}`
    const letters = [1, 2, 3, 4].map((n) => streamRecord(insert('A1', n, n, { at: n })))
    const to = (target: string) => letters.map((one, n) => letterOf(one, target, { version: at(n + 1) }))
    expect(await ask(handler, ...to('west'), ...to('east'))).toEqual(['m1', 'm2', 'm3', 'm4'])
    expect([metrics.total('BreakerOpen', 'west'), metrics.total('VersionRegressed', 'east')]).toEqual([1, 1])
  })

  test('once the time is up no round begins, and the letters left stay in the queue, which the log says', async () => {
    const clock = manualClock()
    const warnings: unknown[] = []
    const slow = scriptedTarget(async () => {
      await clock.sleep(1_500)
      return 'applied'
    })
    const table = tableOf([])
    const handler = createQueueSyncHandler({
      targets: { west: slow },
      table,
      clock,
      logger: { info: () => undefined, warn: (_, fields) => void warnings.push(fields), error: () => undefined },
    })
    const response = await clock.settle(handler(queueEvent(states(6)), contextFor(clock, 5_000)))
    expect(failedOf(response)).toEqual(['m3', 'm4', 'm5', 'm6'])
    expect([slow.calls.length, table.reads.length, clock.monotonic()]).toEqual([3, 3, 4_000])
    expect(warnings).toContainEqual({ letters: 3 })
  })
})

describe('P5 one item, several message groups', () => {
  test('a batch never holds two changes of one item, and the oldest goes first', async () => {
    const versions: string[][] = []
    const west = {
      guarded: true,
      applyBatch: async (changes: readonly Change<InventoryItem>[]) => {
        versions.push(changes.map(({ version }) => version))
        return changes.map(() => 'applied' as const)
      },
    }
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]) })
    const [first, second, third] = states(3) as [Letter, Letter, Letter]
    expect(failedOf(await handler(queueEvent([third, first, second], ['g1', 'g2', 'g3'])))).toEqual([])
    expect(versions).toEqual([1, 2, 3].map((n) => [versionOf(record('A1', 0, n))]))
  })

  test("a group waits for its item's turn and keeps its order; a failure stops its own group alone", async () => {
    const west = scriptedBatches((changes) =>
      changes.map(({ version }) =>
        version === versionOf(record('A1', 0, 3)) ? new TargetUnavailableError('busy') : 'applied',
      ),
    )
    const targets = { west: { target: west, retry: { maxAttempts: 1 } } }
    const handler = createQueueSyncHandler({ targets, table: tableOf([]) })
    const letters = [
      letterOf(record('A1', 0, 3)),
      letterOf(record('B2', 0, 4)),
      letterOf(record('A1', 0, 1)),
      letterOf(record('C3', 0, 5)),
    ]
    expect(failedOf(await handler(queueEvent(letters, ['g1', 'g1', 'g2', 'g2'])))).toEqual(['m1', 'm2'])
    expect(west.calls).toEqual([['A1'], ['A1', 'C3']])
  })

  test('letters of a queue without groups and of a group wait for each other', async () => {
    const west = scriptedBatches((changes) => changes.map(() => 'applied'))
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]) })
    const event = queueEvent(states(2), ['g1'])
    expect(failedOf(await handler(event))).toEqual([])
    expect(west.calls).toEqual([['A1'], ['A1']])
  })
})

describe('a redriven removal tells what the item was', () => {
  const site = { site: 'lyon' }
  const seen = (settings: object) => {
    const previous: unknown[] = []
    const west = scriptedTarget((change) => {
      previous.push(change.previous)
      return 'applied'
    })
    const clock = manualClock()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]), clock, ...settings })
    return async (letter: Letter) => {
      expect(failedOf(await clock.settle(handler(queueEvent([letter]))))).toEqual([])
      return previous.at(-1)
    }
  }
  const removed = streamRecord(remove('A1', 5, 1, site))
  const moved = streamRecord(modify({ sku: 'A1', quantity: 5, ...site }, { sku: 'A1', quantity: 6, site: 'rome' }, 1))

  test.each([
    ['current', {}],
    ['original', { mode: 'original', table: undefined }],
  ])('%s: of a removal, and of an item that left', async (_, settings) => {
    const redriven = seen(settings)
    expect(await redriven(letterOf(removed))).toEqual({ sku: 'A1', quantity: 5, ...site })
    expect(await redriven(letterOf(moved, 'west', { change: 'removal' }))).toEqual({ sku: 'A1', quantity: 5, ...site })
  })

  test('current: of a row that has gone, by the old image, or else by the new one', async () => {
    expect(await seen({})(letterOf(moved))).toEqual({ sku: 'A1', quantity: 5, ...site })
    expect(await seen({})(letterOf(streamRecord(insert('A1', 5, 1, site))))).toEqual({
      sku: 'A1',
      quantity: 5,
      ...site,
    })
  })

  test('an image that cannot be read does not keep a removal back', async () => {
    const bad = streamRecord({ newImage: { sku: 'A1', quantity: 'many' }, sequenceNumber: '1' })
    expect(await seen({})(letterOf(bad))).toBeUndefined()
  })

  test('an upsert has the former state, too, and an inserted one none', async () => {
    const original = { mode: 'original', table: undefined }
    expect(await seen(original)(letterOf(moved))).toEqual({ sku: 'A1', quantity: 5, ...site })
    expect(await seen(original)(letterOf(record()))).toBeUndefined()
    expect(await seen({ table: tableOf([{ sku: 'A1', quantity: 9 }]) })(letterOf(moved))).toMatchObject(site)
  })
})

describe("ttl: 'ignore': a row that the table does not hold", () => {
  const ignoring = (west: object, settings: object = {}) =>
    createQueueSyncHandler({ targets: { west: west as never }, table: tableOf([]), ttl: 'ignore', ...settings })

  test('may have gone by time to live: the parked state is applied', async () => {
    const west = memoryTarget()
    expect(await ask(ignoring(west), letterOf(record()))).toEqual([])
    expect(west.changes()).toMatchObject([{ type: 'upsert', item: { quantity: 5 }, version: versionOf(record()) }])
    expect(west.changes()[0]!.id).toContain(letterOf(record()).id)
  })

  test('P2 does not come back where it was removed later', async () => {
    const west = memoryTarget()
    const gone = letterOf(streamRecord(remove('A1', 5, 2)))
    expect(await ask(ignoring(west), gone)).toEqual([])
    expect(await ask(ignoring(west), letterOf(record()))).toEqual([])
    expect(west.items()).toEqual([])
  })

  test.each([
    ['the target is not guarded', memoryTarget({ guarded: false }), letterOf(record()), {}],
    ['the letter has no image', memoryTarget(), letterOf(without('NewImage', record())), {}],
    ['the image fails the schema', memoryTarget(), letterOf(withFacts(record(), { NewImage: {} })), {}],
    ['the epoch is not the highest', memoryTarget(), letterOf(record()), { epochs: { [arn]: 1 } }],
  ])('stays, with its letter, if %s', async (_, west, letter, settings) => {
    expect(await ask(ignoring(west, settings), letter)).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test('is removed by the letter of a removal, and of an item that left the target', async () => {
    const [west, east] = [memoryTarget({ guarded: false }), memoryTarget({ guarded: false })]
    expect(await ask(ignoring(west), letterOf(streamRecord(remove('A1', 5, 1))))).toEqual([])
    expect(await ask(ignoring(east), letterOf(record(), 'west', { change: 'removal' }))).toEqual([])
    expect([...west.changes(), ...east.changes()]).toMatchObject([{ type: 'removal' }, { type: 'removal' }])
  })

  test('and one that it does hold is applied as it is', async () => {
    const west = memoryTarget()
    expect(await ask(ignoring(west, { table: tableOf([{ sku: 'A1', quantity: 9 }]) }), letterOf(record()))).toEqual([])
    expect(west.items()).toEqual([{ sku: 'A1', quantity: 9 }])
  })
})

describe('P2 the version of a removal whose old image did not fit the queue', () => {
  const item = { ...inventoryItem, version: { attribute: 'at' } }
  const number = '100000000000000000001'
  const tail = `${label}/${number.padStart(40, '0')}`
  const bare = without('OldImage', streamRecord({ oldImage: { sku: 'A1', quantity: 5 }, sequenceNumber: number }))
  const at = (attribute: string) => `000000/${attribute}/${tail}`
  const integer = '7'.padStart(38, '0')
  const time = '2026-03-01T10:00:00.000Z'
  const handlerTo = (west = memoryTarget()) => createQueueSyncHandler({ item, targets: { west }, table: tableOf([]) })
  const bareLetter = (version: string) => letterOf(bare, 'west', { version })

  test.each([at(integer), at(time)])('%s is believed', async (version) => {
    const west = memoryTarget()
    expect(await ask(handlerTo(west), bareLetter(version))).toEqual([])
    expect(west.changes()).toMatchObject([{ type: 'removal', version }])
  })

  test.each([
    ['no shape', '000000/zzzz'],
    ['no attribute', `000000/${tail}`],
    ['an empty attribute', `000000//${tail}`],
    ['the lowest version', '-'],
    ["another record's sequence", `000000/${integer}/${label}/${'2'.padStart(40, '0')}`],
    ['a sequence that is not padded', `000000/${integer}/${label}/${number}`],
    ["another stream's label", `000000/${integer}/2030-01-01T00:00:00.000/${number.padStart(40, '0')}`],
    ['two attributes', at(`${integer}/${integer}`)],
    ['a mark in the attribute', at('~~~~')],
    ['an epoch that is not', `000001/${integer}/${tail}`],
  ])('%s is refused: %s', async (_, version) => {
    const west = memoryTarget()
    expect(await ask(handlerTo(west), bareLetter(version))).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test('one that nothing vouches for sets no form for others', async () => {
    const handler = handlerTo()
    expect(await ask(handler, bareLetter(at('zzzz')), bareLetter(at(time)))).toEqual([])
  })

  test('a form that is not the one of letters with images is refused', async () => {
    const shown = streamRecord({ oldImage: { sku: 'B2', quantity: 5, at: time }, sequenceNumber: '2' })
    const version = `000000/${time}/${label}/${'2'.padStart(40, '0')}`
    const handler = handlerTo()
    expect(await ask(handler, letterOf(shown, 'west', { version }), bareLetter(at('zzzz')))).toEqual(['m2'])
    expect(await ask(handler, bareLetter(at(integer)))).toEqual(['m1'])
    expect(await ask(handler, bareLetter(at(time)))).toEqual([])
  })

  test('an integer that is not padded is refused', async () => {
    const shown = streamRecord({ oldImage: { sku: 'B2', quantity: 5, at: 7 }, sequenceNumber: '2' })
    const version = `000000/${integer}/${label}/${'2'.padStart(40, '0')}`
    expect(await ask(handlerTo(), letterOf(shown, 'west', { version }), bareLetter(at('7')))).toEqual(['m2'])
  })
})

describe('P7 a poison letter passes what every record passes', () => {
  const gone = {
    ...streamRecord(remove('A1', 5, 1)),
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  }
  const foreign = streamRecord(insert('A1', 5, 1, { region: 'eu', at: 1 }))
  const same = streamRecord(modify({ sku: 'A1', quantity: 5, note: 'a' }, { sku: 'A1', quantity: 5, note: 'b' }, 1))
  const versioned = { ...inventoryItem, version: { attribute: 'at' } }
  const origin = { attribute: 'region', accept: ['us'] }

  test.each([
    ['an ignored time-to-live removal', gone, { ttl: 'ignore' }],
    ["another region's write", foreign, { item: versioned, origin }],
    ['a write that changes nothing', same, { item: { ...inventoryItem, fields: ['quantity'] } }],
  ])('%s is done, and nobody is told', async (_, raw, settings) => {
    for (const mode of [{ mode: 'original' }, { table: tableOf([{ sku: 'A1', quantity: 9, at: 3 }]) }] as const) {
      const west = memoryTarget()
      const clock = manualClock()
      const handler = createQueueSyncHandler({ targets: { west }, clock, ...mode, ...(settings as object) })
      expect(failedOf(await clock.settle(handler(queueEvent([poisonLetter({ record: raw })]))))).toEqual([])
      expect(west.changes()).toEqual([])
    }
  })

  const regions = () => {
    const [west, east, north] = [memoryTarget(), memoryTarget(), memoryTarget()]
    const at = (name: string, target: typeof west) => ({ target, when: ({ region }: InventoryItem) => region === name })
    return { west, east, north, targets: { west: at('west', west), east: at('east', east), north: at('north', north) } }
  }
  const move = streamRecord(
    modify({ sku: 'A1', quantity: 5, region: 'west' }, { sku: 'A1', quantity: 5, region: 'east' }, 1),
  )

  test('only the targets that its images touch are told', async () => {
    const { west, east, north, targets } = regions()
    const handler = createQueueSyncHandler({ targets, table: tableOf([{ sku: 'A1', quantity: 9, region: 'east' }]) })
    expect(await ask(handler, poisonLetter({ record: move }))).toEqual([])
    expect([west, east, north].map((target) => target.changes().map(({ type }) => type))).toEqual([
      ['removal'],
      ['upsert'],
      [],
    ])
  })

  test('its image need not be readable to see that it is of no concern', async () => {
    const handler = createQueueSyncHandler({
      mode: 'original',
      targets: { west: memoryTarget() },
      item: versioned,
      origin,
    })
    const bad = withFacts(foreign, { NewImage: { sku: { S: 'A1' }, region: { S: 'eu' }, at: { N: '1' } } })
    const mine = withFacts(foreign, { NewImage: { sku: { S: 'A1' }, region: { S: 'us' }, at: { N: '1' } } })
    expect(await ask(handler, poisonLetter({ record: bad }), poisonLetter({ record: mine }))).toEqual(['m2'])
  })

  test('every target is told where its image still cannot be read and the row can', async () => {
    const { west, east, north, targets } = regions()
    const bad = withFacts(move, { NewImage: { sku: { S: 'A1' }, quantity: { S: 'many' } } })
    const handler = createQueueSyncHandler({ targets, table: tableOf([{ sku: 'A1', quantity: 9, region: 'north' }]) })
    expect(await ask(handler, poisonLetter({ record: bad }))).toEqual([])
    expect([west, east, north].map((target) => target.changes().map(({ type }) => type))).toEqual([
      ['removal'],
      ['removal'],
      ['upsert'],
    ])
  })

  test('a filter that throws keeps it in the queue', async () => {
    const west = memoryTarget()
    const when = () => {
      throw new Error('filter')
    }
    const handler = createQueueSyncHandler({ targets: { west: { target: west, when } }, table: tableOf([]) })
    expect(await ask(handler, poisonLetter({ record: record() }))).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  test('every one of four targets is told of an item that appears', async () => {
    const told = [memoryTarget(), memoryTarget(), memoryTarget(), memoryTarget()]
    const targets = Object.fromEntries(told.map((target, n) => [`target-${n}`, target]))
    const handler = createQueueSyncHandler({ targets, table: tableOf([{ sku: 'A1', quantity: 9 }]) })
    expect(await ask(handler, poisonLetter({ record: record() }))).toEqual([])
    expect(told.map((target) => target.items())).toEqual(told.map(() => [{ sku: 'A1', quantity: 9 }]))
  })

  test('of a removal is one: with the parked state, and where a time to live may have taken the row', async () => {
    for (const mode of [{ mode: 'original' }, { table: tableOf([]), ttl: 'ignore' }] as const) {
      const west = memoryTarget({ guarded: 'mode' in mode })
      const clock = manualClock()
      const when = ({ quantity }: InventoryItem) => quantity > 0
      const handler = createQueueSyncHandler({ targets: { west }, when, clock, ...mode })
      const letter = poisonLetter({ record: streamRecord(remove('A1', 5, 1)) })
      expect(failedOf(await clock.settle(handler(queueEvent([letter]))))).toEqual([])
      expect(west.changes()).toMatchObject([{ type: 'removal', previous: { sku: 'A1', quantity: 5 } }])
    }
  })

  test('stays where nothing tells its new state, whichever targets held the old one', async () => {
    const { west, east, north, targets } = regions()
    const clock = manualClock()
    const handler = createQueueSyncHandler({ mode: 'original', targets, clock })
    for (const region of ['west', 'south']) {
      const moved = modify({ sku: 'A1', quantity: 5, region }, { sku: 'A1', quantity: 5, region: 'east' }, 1)
      const letter = poisonLetter({ record: without('NewImage', streamRecord(moved)) })
      expect(failedOf(await clock.settle(handler(queueEvent([letter]))))).toEqual(['m1'])
    }
    expect([west, east, north].flatMap((target) => target.changes())).toEqual([])
  })

  test('whose new state the table tells goes to the targets of the old one and of the new one alone', async () => {
    const { west, east, north, targets } = regions()
    const handler = createQueueSyncHandler({ targets, table: tableOf([{ sku: 'A1', quantity: 9, region: 'north' }]) })
    expect(await ask(handler, poisonLetter({ record: without('NewImage', move) }))).toEqual([])
    expect([west, east, north].map((target) => target.changes().map(({ type }) => type))).toEqual([
      ['removal'],
      [],
      ['upsert'],
    ])
  })

  test('nothing else is counted as a version that went backwards', async () => {
    const metrics = memoryMetrics()
    const handler = createQueueSyncHandler({ targets: { west: memoryTarget() }, table: tableOf([]), metrics })
    const bad = withFacts(record('B2', 5, 2), { NewImage: { sku: { S: 'B2' }, quantity: { S: 'many' } } })
    expect(await ask(handler, letterOf(record()), poisonLetter({ record: bad }))).toEqual([])
    expect(metrics.total('VersionRegressed')).toBe(0)
  })

  test('a version attribute that went backwards is counted', async () => {
    const metrics = memoryMetrics()
    const back = streamRecord(modify({ sku: 'A1', quantity: 5, at: 7 }, { sku: 'A1', quantity: 6, at: 3 }, 1))
    const targets = { west: memoryTarget() }
    const handler = createQueueSyncHandler({ item: versioned, targets, table: tableOf([]), metrics })
    expect(await ask(handler, poisonLetter({ record: back }))).toEqual([])
    expect(metrics.total('VersionRegressed')).toBe(1)
  })
})

describe('a letter is refused', () => {
  const row = { sku: 'A1', quantity: 9 }
  test.each([
    ['whose record is no write', letterOf({ ...record(), eventName: 'COPY' })],
    ['whose record was created at no time', letterOf(withFacts(record(), { ApproximateCreationDateTime: 1e300 }))],
    [
      'that points at what it does not carry',
      JSON.stringify({ ...letterOf(record()), record: undefined, pointer: 's3' }),
    ],
    ['that is a pointer to a shard', '{"version":"1.0","DDBStreamBatchInfo":{"shardId":"shardId-1"}}'],
  ])('%s', async (_, letter) => {
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([row]) })
    expect(await ask(handler, letter)).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })

  const reasonOf = async (letter: Letter, settings: object = {}) => {
    const reasons: unknown[] = []
    const error = (_: string, { reason }: Record<string, unknown>) => void reasons.push(reason)
    const logger = { info: () => undefined, warn: () => undefined, error }
    const clock = manualClock()
    const targets = { west: memoryTarget() }
    const handler = createQueueSyncHandler({ targets, table: tableOf([row]), logger, clock, ...settings })
    expect(failedOf(await clock.settle(handler(queueEvent([letter]))))).toEqual(['m1'])
    return reasons.join()
  }

  test.each([null, undefined, 5, 'text'])('as one that holds no record, where it holds %j', async (raw) => {
    expect(await reasonOf(poisonLetter({ record: raw }))).toContain('no record')
  })

  test('as one without keys, where its record has no part of a stream', async () => {
    expect(await reasonOf(poisonLetter({ record: { eventName: 'INSERT' } }))).toContain('`dynamodb.Keys`')
  })

  test.each([letterOf(without('NewImage', record())), poisonLetter({ record: without('NewImage', record()) })])(
    'as one without a new image, where the parked state would need it: $type',
    async (letter) => {
      const reason = await reasonOf(letter, { mode: 'original', table: undefined, when: () => true })
      expect(reason).toMatch(/not applied: .*no new image/)
    },
  )

  test.each([undefined, null, 5])('while the table answers with %o, which is no row', async (item) => {
    const west = memoryTarget()
    const table = tableOf([], async () => [{ key: 'A1', item } as never])
    expect(await ask(createQueueSyncHandler({ targets: { west }, table }), letterOf(record()))).toEqual(['m1'])
    expect(west.changes()).toEqual([])
  })
})
