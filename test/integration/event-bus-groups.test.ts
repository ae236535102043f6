import { createStreamSyncHandler, defineItem } from 'dynamodb-stream-sync'
import { eventBridgeTarget } from 'dynamodb-stream-sync/targets/event-bridge'
import { memoryDlq, streamEvent, streamRecord, type RecordOptions } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startFakeEventBridge, type BusEvent, type FakeEventBridge } from '../support/fake-event-bridge.ts'
import { onStockEvent, type StockEvent } from '../snippets/event-consumer.ts'
import { failedOf, insert, modify, remove } from '../support/sync-kit.ts'

const schema = z.object({ sku: z.string(), quantity: z.int(), region: z.string(), category: z.string() })
type Stock = z.infer<typeof schema>
const item = defineItem({ schema, key: ['sku'] })

const garden = { region: 'eu', category: 'garden' }
const tools = { region: 'us', category: 'tools' }

/** What the rules of the partners ask for. */
const rules = {
  eu: { source: ['inventory'], detail: { target: ['eu'] } },
  usTools: { detail: { target: ['us'], fields: { category: ['tools'] } } },
  /** By fields alone, with what has none. */
  anyEu: { detail: { fields: { region: ['eu', { exists: false }] } } },
} as const

describe('two groups on one bus', () => {
  let bus: FakeEventBridge
  let throttles = false
  beforeAll(async () => {
    bus = await startFakeEventBridge({ entryFault: () => (throttles ? 'ThrottlingException' : undefined) })
  })
  afterAll(() => bus.stop())

  let seen = 0
  beforeEach(() => {
    throttles = false
    seen = bus.events().length
  })

  const target = (client = bus.client) =>
    eventBridgeTarget<Stock>({
      eventBusName: 'stock',
      source: 'inventory',
      client,
      fields: ({ region, category }) => ({ region, category }),
    })
  const groups = () => ({
    eu: { target: target(), when: ({ region }: Stock) => region === 'eu', retry: { maxAttempts: 1 } },
    us: { target: target(), when: ({ region }: Stock) => region === 'us', retry: { maxAttempts: 1 } },
  })
  const sync = (dlq = memoryDlq()) => createStreamSyncHandler({ item, targets: groups(), dlq })
  const matching = (rule: keyof typeof rules) => bus.matching(rules[rule]).filter((event) => since().includes(event))
  const since = () => bus.events().slice(seen)
  const told = (events: readonly BusEvent[]) => events.map(({ detail }) => [detail['type'], detail['key']])

  const sent = async (...records: readonly RecordOptions[]) => {
    expect(failedOf(await sync()(streamEvent(records)))).toEqual([])
  }

  test('an item that moves is an upsert for the one and a removal for the other', async () => {
    await sent(insert('A1', 5, 1, garden))
    await sent(modify({ sku: 'A1', quantity: 5, ...garden }, { sku: 'A1', quantity: 5, ...tools }, 2))
    expect(told(matching('eu'))).toEqual([
      ['upsert', 'A1'],
      ['removal', 'A1'],
    ])
    expect(told(matching('usTools'))).toEqual([['upsert', 'A1']])
    const [, leaving] = matching('eu')
    expect(leaving!.detail).toMatchObject({ fields: garden, version: matching('usTools')[0]!.detail['version'] })
  })

  test('a move within a group is an upsert, and a removal for nobody', async () => {
    await sent(
      modify({ sku: 'A2', quantity: 5, ...garden }, { sku: 'A2', quantity: 5, ...garden, category: 'toys' }, 1),
    )
    expect(told(since())).toEqual([['upsert', 'A2']])
    expect(told(matching('eu'))).toEqual([['upsert', 'A2']])
    expect(matching('usTools')).toEqual([])
  })

  test('a removal goes to the group that had the item', async () => {
    await sent(remove('A3', 5, 1, tools))
    expect([told(matching('usTools')), matching('eu')]).toEqual([[['removal', 'A3']], []])
  })

  test('what moves away and back in one batch ends where it is', async () => {
    const [here, there] = [
      { sku: 'A4', quantity: 1, ...garden },
      { sku: 'A4', quantity: 1, ...tools },
    ]
    await sent(insert('A4', 1, 1, garden), modify(here, there, 2), modify(there, here, 3))
    for (const [rule, holds] of [
      ['eu', true],
      ['usTools', false],
    ] as const) {
      const held = new Map<string, StockEvent>()
      for (const event of [...matching(rule)].reverse()) onStockEvent(event as never, held)
      expect(held.get('A4')?.item !== undefined).toBe(holds)
    }
  })

  test('a removal whose last state nobody knows reaches rules by fields that ask for it', async () => {
    const record = streamRecord(remove('A5', 5, 1, tools))
    Reflect.deleteProperty(record.dynamodb!, 'OldImage')
    expect(failedOf(await sync()({ Records: [record] }))).toEqual([])
    expect(told(matching('anyEu'))).toEqual([
      ['removal', 'A5'],
      ['removal', 'A5'], // one of each group: nobody knows whose it was
    ])
  })

  test('a bus that throttles leaves both events to the dead letters, each under its group', async () => {
    throttles = true
    const dlq = memoryDlq()
    const moved = modify({ sku: 'A6', quantity: 5, ...garden }, { sku: 'A6', quantity: 5, ...tools }, 1)
    expect(failedOf(await sync(dlq)(streamEvent([moved])))).toEqual([])
    const letters = dlq.letters().map((letter) => letter.type === 'delivery' && [letter.target, letter.change])
    expect(letters.sort()).toEqual([
      ['eu', 'removal'],
      ['us', 'upsert'],
    ])
    expect(since()).toEqual([])
  })
})
