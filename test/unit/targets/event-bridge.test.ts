import { createStreamSyncHandler, isSyncError, type Change } from 'dynamodb-stream-sync'
import { eventBridgeTarget, type EventBridgeTargetOptions } from 'dynamodb-stream-sync/targets/event-bridge'
import { manualClock, streamEvent } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { fakeBusClient, takesEvents, type PutAnswers } from '../../support/fake-bus-client.ts'
import { callContext, removalOf, upsertOf, versionOf } from '../../support/stock-changes.ts'
import { modify } from '../../support/sync-kit.ts'

type Row = Readonly<Record<string, unknown>>

const at = new Date('2026-03-01T10:00:00Z')
const changes = (count: number) => Array.from({ length: count }, (_, n) => upsertOf({ sku: `A${n}` }, n + 1))
const withItem = (item: unknown): Change<unknown> => ({ ...upsertOf({ sku: 'A1' }, 1), item }) as Change<unknown>
const codes = (answers: readonly unknown[]) => answers.map((one) => (isSyncError(one) ? one.code : one))

async function send(
  sent: readonly Change<unknown>[],
  options: Partial<EventBridgeTargetOptions<Row>> & { readonly answer?: PutAnswers } = {},
  signal?: AbortSignal,
) {
  const { answer, ...given } = options
  const client = fakeBusClient(answer)
  const target = eventBridgeTarget<Row>({ eventBusName: 'stock', client, ...given })
  const answers = await target.applyBatch(sent as readonly Change<Row>[], callContext(signal))
  const entries = client.batches.flat()
  const details = entries.map(({ Detail }) => JSON.parse(Detail!) as Row)
  return { answers, client, entries, details, messages: answers.map((one) => (one as Error).message) }
}

describe('a change as an event', () => {
  test('tells which item, in which version, and what it is now', async () => {
    const change = { ...upsertOf({ sku: 'A1' }, 1, { quantity: 5 }), changedAt: at }
    const { answers, entries, details } = await send([change], { source: 'inventory', detailType: 'Stock Changed' })
    expect(answers).toEqual(['applied'])
    expect(entries).toEqual([
      {
        EventBusName: 'stock',
        Source: 'inventory',
        DetailType: 'Stock Changed',
        Time: at,
        Detail: expect.any(String) as string,
      },
    ])
    expect(details).toEqual([
      {
        id: 'A1#1',
        target: 'lyon',
        type: 'upsert',
        key: 'A1',
        keyAttributes: { sku: 'A1' },
        version: versionOf(1),
        item: { sku: 'A1', quantity: 5 },
      },
    ])
  })

  test('that nobody dated leaves the time to the bus', async () => {
    const { entries } = await send([
      upsertOf({ sku: 'A1' }, 1),
      { ...removalOf({ sku: 'A2' }, 1), changedAt: new Date(NaN) },
    ])
    for (const entry of entries) expect(entry).not.toHaveProperty('Time')
    expect(entries[0]).toMatchObject({ Source: 'dynamodb-stream-sync', DetailType: 'Item Changed' })
  })

  test('of a removal has no item, and the fields of its last state where that is known', async () => {
    const fields = ({ region }: Row) => ({ region })
    const known = { ...removalOf({ sku: 'A1' }, 2), previous: { sku: 'A1', region: 'eu' } }
    const { details } = await send([known, removalOf({ sku: 'A2' }, 2)], { fields })
    expect(details[0]).toMatchObject({ type: 'removal', fields: { region: 'eu' } })
    expect(details[1]).not.toHaveProperty('fields')
    for (const detail of details) expect(detail).not.toHaveProperty('item')
  })

  test('carries what the options make of an item', async () => {
    const { details } = await send([withItem({ sku: 'A1', region: 'eu', cost: 3 })], {
      fields: ({ region }) => ({ region, late: undefined }),
      item: ({ sku }) => ({ sku }),
    })
    expect(details[0]).toMatchObject({ fields: { region: 'eu' }, item: { sku: 'A1' } })
    expect(JSON.stringify(details[0])).not.toMatch(/cost|late/)
  })

  test('keeps what JSON has no word for', async () => {
    const nested: unknown = [{ deep: new Map<string, unknown>([['tags', new Set(['a'])]]) }]
    const item = {
      ...{ big: 12345678901234567890n, small: 12n, safe: Number.MAX_SAFE_INTEGER, past: 2 ** 53, huge: 9.99e125 },
      ...{ exact: { value: '0.12345678901234567890123456789012345678' }, fraction: 0.1, zero: -0 },
      ...{ bytes: Uint8Array.of(0, 255), numbers: new Set([1, 2n]), at, none: undefined, nested, list: [undefined] },
      ...{ constructor: 'data', text: '\ud800"\u0000', empty: {} },
    }
    Object.defineProperty(item, '__proto__', { value: { polluted: true }, enumerable: true, configurable: true })
    const { answers, entries } = await send([withItem(item)])
    expect(answers).toEqual(['applied'])
    const text = entries[0]!.Detail!
    expect(text.slice(text.indexOf('"item":') + 7, -1)).toBe(
      '{"big":"12345678901234567890","small":12,"safe":9007199254740991,"past":"9007199254740992","huge":"999' +
        `${'0'.repeat(123)}","exact":"0.12345678901234567890123456789012345678","fraction":0.1,"zero":0,` +
        '"bytes":"AP8=","numbers":[1,2],"at":"2026-03-01T10:00:00.000Z","nested":[{"deep":{"tags":["a"]}}],' +
        '"list":[null],"constructor":"data","text":"\\ud800\\"\\u0000","empty":{},"__proto__":{"polluted":true}}',
    )
  })

  test.for<readonly [string, () => unknown, Partial<EventBridgeTargetOptions<Row>>, RegExp]>([
    ['holds itself', circular, {}, /nests more than 500 levels, or holds itself/],
    ['nests too deep', () => nestedBy(600), {}, /nests more than 500 levels/],
    ['holds no number', () => ({ quantity: NaN }), {}, /a number that is not finite/],
    ['holds a map of odd keys', () => ({ map: new Map([[1, 2]]) }), {}, /a map with a key that is no text/],
    ['cannot be written', () => ({ toJSON: fails }), {}, /^The change makes no event\.$/],
    [
      'is larger than a call',
      () => ({ text: 'x'.repeat(1_048_576) }),
      {},
      /^The event has 10\d{5} bytes.*less than 1 MB/,
    ],
    ['is nothing to the option', () => ({}), { item: () => undefined }, /The option item returned undefined/],
    ['breaks the option item', () => ({}), { item: fails }, /^The option item threw for an item\.$/],
    ['breaks the option fields', () => ({}), { fields: fails }, /^The option fields threw for an item\.$/],
    ['is awaited', () => ({}), { item: () => Promise.resolve(1) }, /^The option item returned a promise/],
    ['has no fields', () => ({}), { fields: () => 'eu' as never }, /The option fields returned no object/],
    ['has fields of a list', () => ({}), { fields: () => ['eu'] as never }, /The option fields returned no object/],
  ])('that %s is rejected by itself', async ([, item, options, message]) => {
    const { answers, entries } = await send([withItem(item()), removalOf({ sku: 'A2' }, 1)], options)
    expect(codes(answers)).toEqual(['TARGET_REJECTED', 'applied'])
    expect((answers[0] as Error).message).toMatch(message)
    expect((answers[0] as Error).message).not.toContain('secret')
    expect(entries).toHaveLength(1)
  })

  test('that is none of the library is rejected, and nobody is asked', async () => {
    const { answers, client } = await send([{ id: 'x' } as never])
    expect([codes(answers), client.batches, client.looks]).toEqual([['TARGET_REJECTED'], [], []])
  })

  test('goes out by a sync as to any target, with the last state of what is gone', async () => {
    const client = fakeBusClient()
    const target = eventBridgeTarget<Row>({ eventBusName: 'stock', client, fields: ({ region }) => ({ region }) })
    const handler = createStreamSyncHandler({ targets: { eu: { target, when: (item) => item['region'] === 'eu' } } })
    const moved = modify({ sku: 'A1', quantity: 1, region: 'eu' }, { sku: 'A1', quantity: 1, region: 'us' }, 1)
    expect(await handler(streamEvent([moved]))).toEqual({ batchItemFailures: [] })
    const [{ Detail }] = client.batches.flat() as [{ readonly Detail: string }]
    expect(JSON.parse(Detail)).toMatchObject({ target: 'eu', type: 'removal', key: 'A1', fields: { region: 'eu' } })
  })
})

describe('answers', () => {
  test.for<readonly [string, PutAnswers, RegExp]>([
    ['nothing', () => undefined, /did not take the event \(no error\)/],
    ['null', () => null, /another number of results: whether it has the event is unknown/],
    ['a text', () => 'ok', /another number of results/],
    ['no list', () => ({ Entries: { 0: { EventId: '1' }, length: 2 } }), /another number of results/],
    ['too few', () => ({ Entries: [{ EventId: '1' }] }), /another number of results/],
    ['too many', () => ({ Entries: Array(3).fill({ EventId: '1' }) }), /another number of results/],
    ['holes', () => ({ Entries: Array(2) }), /without a word on this event/],
    ['no ids', () => ({ Entries: [{}, { EventId: '' }] }), /gave the event no id/],
    ['numbers for ids', () => ({ Entries: [{ EventId: 1 }, { EventId: {} }] }), /gave the event no id/],
    ['ids and codes', () => ({ Entries: Array(2).fill({ EventId: '1', ErrorCode: 'X' }) }), /\(X\)\. It may pass/],
    ['odd codes', () => ({ Entries: Array(2).fill({ ErrorCode: 'secret\n words' }) }), /\(no code\)\. It may pass/],
    ['the name of a member', () => ({ Entries: Array(2).fill({ ErrorCode: 'constructor' }) }), /\(constructor\)/],
    ['a rejection', () => Promise.reject(named('ThrottlingException')), /EventBridge asks for patience/],
    ['no credentials', () => Promise.reject(named('CredentialsProviderError')), /Give the process credentials/],
    [
      'no connection',
      () => Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })),
      /\(ECONNREFUSED\)/,
    ],
    ['an odd name', () => Promise.reject(named('secret words')), /\(Error\)/],
  ])('%s leave every change for another try', async ([, answer, message]) => {
    const { answers, messages } = await send(changes(2), { answer })
    expect(codes(answers)).toEqual(['TARGET_UNAVAILABLE', 'TARGET_UNAVAILABLE'])
    for (const one of messages) expect(one).toMatch(message)
    expect(messages.join()).not.toContain('secret')
  })

  test('name each event that is refused or throttled, in order and across calls', async () => {
    const wrong: Readonly<Record<string, string>> = {
      A3: 'MalformedDetail',
      A5: 'ThrottlingException',
      A11: 'InvalidArgument',
    }
    const answer: PutAnswers = (entries) => ({
      Entries: entries.map(({ Detail }) => {
        const { key } = JSON.parse(Detail!) as { readonly key: string }
        return key in wrong ? { ErrorCode: wrong[key] } : { EventId: key }
      }),
    })
    const { answers, client } = await send(changes(12), { answer })
    expect(client.batches.map(({ length }) => length)).toEqual([10, 2])
    expect(codes(answers)).toEqual(
      changes(12).map(({ key }) =>
        key === 'A5' ? 'TARGET_UNAVAILABLE' : key in wrong ? 'TARGET_REJECTED' : 'applied',
      ),
    )
  })

  test('that refuse a call for what it holds are asked again in halves', async () => {
    const answer: PutAnswers = (entries) => {
      if (entries.some(({ Detail }) => Detail?.includes('A7'))) throw named('ValidationException')
      return takesEvents(entries, undefined)
    }
    const { answers, client } = await send(changes(10), { answer })
    expect(codes(answers)).toEqual(changes(10).map(({ key }) => (key === 'A7' ? 'TARGET_REJECTED' : 'applied')))
    expect(client.batches.map(({ length }) => length)).toEqual([10, 5, 5, 3, 2, 1, 2])
  })
})

describe('time', () => {
  test('that is up sends nothing, and the signal goes along before', async () => {
    const stop = new AbortController()
    expect((await send(changes(1), {}, stop.signal)).client.signals).toEqual([stop.signal])
    stop.abort()
    const { answers, client, messages } = await send(changes(1), {}, stop.signal)
    expect([codes(answers), client.batches, client.looks]).toEqual([['TARGET_UNAVAILABLE'], [], []])
    expect(messages).toEqual(['The time was up before the event was sent to EventBridge.'])
  })

  test('that is up under way is not waited out, even by a client that does not look at the signal', async () => {
    const stop = new AbortController()
    const answer = () => {
      stop.abort()
      return new Promise(() => undefined)
    }
    const { answers, messages } = await send(changes(12), { answer }, stop.signal)
    expect(codes(answers)).toEqual(Array(12).fill('TARGET_UNAVAILABLE'))
    expect(new Set(messages)).toEqual(
      new Set([
        'The time was up before EventBridge had answered.',
        'The time was up before the event was sent to EventBridge.',
      ]),
    )
  })
})

describe('the look for the bus', () => {
  const gone = () => Promise.reject(named('ResourceNotFoundException'))
  const busy = () => Promise.reject(named('ThrottlingException'))

  function watched(...described: (() => unknown)[]) {
    const clock = manualClock(at)
    const client = fakeBusClient(takesEvents, () => (described.length > 1 ? described.shift()! : described[0]!)())
    const target = eventBridgeTarget({ eventBusName: 'stock', client, clock })
    const apply = async (signal?: AbortSignal) => codes(await target.applyBatch(changes(1), callContext(signal)))[0]
    return { client, apply, fiveMinutes: () => clock.advance(300_000) }
  }
  const there = () => ({ Name: 'stock' })

  test('is made again after five minutes, and a bus that was seen is trusted while looking fails', async () => {
    const { client, apply, fiveMinutes } = watched(there, busy, gone, busy, there)
    const seen = []
    for (const wait of [false, false, true, true, false, false]) {
      if (wait) await fiveMinutes()
      seen.push([await apply(), client.looks.length])
    }
    expect(seen).toEqual([
      ['applied', 1],
      ['applied', 1],
      ['applied', 2],
      ['TARGET_UNAVAILABLE', 3],
      ['TARGET_UNAVAILABLE', 4], // it was gone last: no trust is left
      ['applied', 5],
    ])
  })

  test('is one for calls at the same time', async () => {
    const { client, apply } = watched(there)
    expect(await Promise.all([apply(), apply(), apply()])).toEqual(['applied', 'applied', 'applied'])
    expect(client.looks).toEqual(['stock'])
  })

  test('that hangs ends with each call, and the next call looks anew', async () => {
    const { client, apply } = watched(() => new Promise(() => undefined), there)
    const stops = [new AbortController(), new AbortController()]
    const calls = stops.map(({ signal }) => apply(signal))
    await new Promise((resolve) => setTimeout(resolve, 0))
    stops[1]!.abort()
    expect(await calls[1]).toBe('TARGET_UNAVAILABLE')
    stops[0]!.abort()
    expect(await calls[0]).toBe('TARGET_UNAVAILABLE')
    expect(await apply()).toBe('applied')
    expect(client.looks).toHaveLength(2)
  })

  test.for(['default', 'arn:aws:events:eu-west-1:123456789012:event-bus/default'])(
    'is not made for %s',
    async (eventBusName) => {
      expect((await send(changes(1), { eventBusName })).client.looks).toEqual([])
    },
  )

  test('is made by ARN where the bus is named by it', async () => {
    const eventBusName = 'arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/stock.eu'
    const { client, entries } = await send(changes(1), { eventBusName })
    expect([client.looks, entries[0]!.EventBusName]).toEqual([[eventBusName], eventBusName])
  })
})

test('it takes ten changes a call, and is guarded on your word only', () => {
  const given = { eventBusName: 'stock', client: fakeBusClient() }
  expect(eventBridgeTarget(given)).toMatchObject({ guarded: false, batchSize: 10 })
  expect(eventBridgeTarget({ ...given, guarded: true }).guarded).toBe(true)
})

describe('options that cannot work are refused at construction', () => {
  const given = { eventBusName: 'stock' }
  test.for<readonly [string, unknown, RegExp]>([
    ['no options', undefined, /^eventBridgeTarget: undefined cannot be used.*Give at least \{ eventBusName \}/],
    ['no name', {}, /^eventBusName: undefined is no event bus's name/],
    ['an empty name', { eventBusName: '' }, /^eventBusName: "" is no event bus's name/],
    ['a name with blanks', { eventBusName: 'my stock' }, /^eventBusName: "my stock" is no event bus's name/],
    ["a partner's bus", { eventBusName: 'aws.partner/example/1' }, /^eventBusName: /],
    ['the ARN of a queue', { eventBusName: 'arn:aws:sqs:eu-west-1:123456789012:stock' }, /^eventBusName: /],
    ['an empty source', { ...given, source: ' ' }, /^source: " " cannot be an event's source/],
    ["AWS's own source", { ...given, source: 'aws.stock' }, /^source: "aws\.stock" cannot/],
    ['a long source', { ...given, source: 'x'.repeat(257) }, /^source: /],
    ['a long detail type', { ...given, detailType: 'x'.repeat(129) }, /^detailType: .* Give 1 to 128 characters/],
    ['fields that are none', { ...given, fields: ['region'] }, /^fields: a list is no function of an item/],
    ['an item that is none', { ...given, item: {} }, /^item: this object is no function of an item/],
    ['a client that cannot send', { ...given, client: {} }, /^client: this object has no method send/],
    ['a region that is none', { ...given, region: 'Europe!' }, /^region: "Europe!" is no region/],
    ['a word that is none', { ...given, guarded: 1 }, /^guarded: 1 is neither true nor false/],
    ['a check that is none', { ...given, checkBus: 'no' }, /^checkBus: "no" is neither true nor false/],
    ['a clock that is none', { ...given, clock: {} }, /^clock: /],
    [
      'an option that there is not',
      { busName: 'stock' },
      /^busName: is no option of eventBridgeTarget\. Known are eventBus/,
    ],
  ])('%s', ([, options, message]) => {
    let thrown: unknown
    try {
      eventBridgeTarget(options as EventBridgeTargetOptions)
    } catch (error) {
      thrown = error
    }
    expect(isSyncError(thrown, 'CONFIG_INVALID')).toBe(true)
    expect((thrown as Error).message).toMatch(message)
  })
})

function named(name: string): Error {
  return Object.assign(new Error('secret'), { name })
}

function fails(): never {
  throw new Error('secret')
}

function circular(): object {
  const item: Record<string, unknown> = {}
  item['self'] = [item]
  return item
}

function nestedBy(levels: number): object {
  let item = {}
  for (let level = 0; level < levels; level++) item = { item }
  return item
}
