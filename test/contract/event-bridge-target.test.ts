import { inspect } from 'node:util'
import {
  createStreamSyncHandler,
  type BatchTarget,
  type Change,
  type InventoryItem,
  type SnapshotEntry,
} from 'dynamodb-stream-sync'
import { eventBridgeTarget, type EventBridgeTargetOptions } from 'dynamodb-stream-sync/targets/event-bridge'
import { streamEvent, warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { isSyncError } from '../../src/errors.ts'
import { ownClient } from '../../src/targets/event-bridge/client.ts'
import { systemClock } from '../../src/system-clock.ts'
import { memorySnapshot } from '../../src/testing/memory-snapshot.ts'
import { plainJson } from '../../src/targets/event-bridge/plain-json.ts'
import { onStockEvent, type StockEvent } from '../snippets/event-consumer.ts'
import {
  startFakeEventBridge,
  type FakeEventBridge,
  type FakeEventBridgeOptions,
} from '../support/fake-event-bridge.ts'
import { callContext, upsertOf } from '../support/stock-changes.ts'
import { failedOf, inserts } from '../support/sync-kit.ts'

const stopping: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stop) => stop()))
})

async function fake(options: FakeEventBridgeOptions = {}, more: Partial<EventBridgeTargetOptions> = {}) {
  const bus = await startFakeEventBridge(options)
  stopping.push(bus.stop)
  return { bus, target: eventBridgeTarget({ eventBusName: 'stock', client: bus.client, ...more }) }
}

const changes = (count: number) => Array.from({ length: count }, (_, n) => upsertOf({ sku: `A${n}` }, n + 1))
const skusOf = (bus: FakeEventBridge) => bus.events().map(({ detail }) => detail['key'])
const codes = (answers: readonly unknown[]) => answers.map((one) => (isSyncError(one) ? one.code : one))

describe('on a fake bus keeps the published contract by its answers', () => {
  const create = async () => {
    const { bus } = await fake()
    return eventBridgeTarget<InventoryItem>({ eventBusName: 'stock', client: bus.client })
  }
  for (const { name, check } of warehouseTargetContract({ create, abilities: ['batch'] })) test(name, check)
})

describe('with a consumer that compares versions it keeps the contract by what that holds', () => {
  const create = async () => {
    const { bus, target } = await fake()
    return { ...(target as BatchTarget<InventoryItem>), ...consumerOf(bus) }
  }
  const held = (item: InventoryItem) => JSON.parse(JSON.stringify(plainJson(item))) as Readonly<Record<string, unknown>>
  for (const { name, check } of warehouseTargetContract({ create, abilities: ['batch', 'read', 'snapshot'], held }))
    test(name, check)
})

describe('a fake bus', () => {
  test('gets a full batch in one call, after one look for the bus', async () => {
    const { bus, target } = await fake()
    expect(await target.applyBatch(changes(10), callContext())).toEqual(Array(10).fill('applied'))
    expect(await target.applyBatch(changes(2), callContext())).toEqual(['applied', 'applied'])
    expect(bus.requests()).toEqual([
      { operation: 'DescribeEventBus', entries: 0 },
      { operation: 'PutEvents', entries: 10 },
      { operation: 'PutEvents', entries: 2 },
    ])
  })

  test('that throttles single events gets just those again', async () => {
    const throttled = new Set([2, 5])
    const { bus, target } = await fake({
      entryFault: (_, count) => (throttled.has(count) ? 'ThrottlingException' : undefined),
    })
    const retry = { maxAttempts: 3, minDelayMs: 1, maxDelayMs: 1 }
    const handler = createStreamSyncHandler({ targets: { partners: { target, retry } } })
    expect(failedOf(await handler(streamEvent(inserts(6))))).toEqual([])
    expect(new Set(skusOf(bus)).size).toBe(6)
    expect(bus.events()).toHaveLength(6)
  })

  test.for([6, 7, 40])('whose calls hold less, of %i KB, is sent halves', async (kilobytes) => {
    const { bus, target } = await fake({ callBytes: kilobytes * 1_000 })
    const large = changes(10).map(
      (change): Change<unknown> => ({ ...change, item: { text: 'x'.repeat(5_000) } }) as never,
    )
    expect(await target.applyBatch(large, callContext())).toEqual(Array(10).fill('applied'))
    expect(skusOf(bus)).toEqual(large.map(({ key }) => key))
  })

  test('that finds one event too large takes the others', async () => {
    const { bus, target } = await fake({ callBytes: 20_000 })
    const [first, second, third] = changes(3) as [Change<unknown>, Change<unknown>, Change<unknown>]
    const large = { ...second, item: { text: 'x'.repeat(30_000) } } as Change<unknown>
    const answers = await target.applyBatch([first, large, third], callContext())
    expect(codes(answers)).toEqual(['applied', 'TARGET_REJECTED', 'applied'])
    expect((answers[1] as Error).message).toMatch(/It may be too large: send less with the option item\.$/)
    expect(skusOf(bus)).toEqual(['A0', 'A2'])
  })

  test('takes what fills a call to its last byte, next to other events', async () => {
    const { bus, target } = await fake()
    const empty = Buffer.byteLength(JSON.stringify(detailOf(await sentDetail({ text: '' }))))
    const room = 1_048_575 - 14 - empty - 'dynamodb-stream-sync'.length - 'Item Changed'.length
    const [full, next, past] = changes(3).map((change, n) => {
      const text = n === 1 ? '' : 'x'.repeat(n === 0 ? room : room + 1)
      return { ...change, changedAt: new Date('2026-03-01T10:00:00Z'), item: { text } } as Change<unknown>
    })
    const answers = await target.applyBatch([full!, next!, past!], callContext())
    expect(codes(answers)).toEqual(['applied', 'applied', 'TARGET_REJECTED'])
    expect((answers[2] as Error).message).toMatch(
      /^The event has 1048576 bytes, and EventBridge takes less than 1 MB\./,
    )
    expect(bus.requests().map(({ entries }) => entries)).toEqual([0, 1, 1])
  })

  test.for<readonly [string, FakeEventBridgeOptions, RegExp]>([
    ['is throttled', { fault: puts({ status: 400, type: 'ThrottlingException' }) }, /ThrottlingException.*patience/],
    ['fails', { fault: puts({ status: 500, type: 'InternalException' }) }, /\(InternalException\)\. It may pass/],
    ['fails without a word', { fault: puts({ status: 503 }) }, /did not take the event/],
    ['answers no JSON', { fault: puts({ status: 200, body: '<html>' }) }, /did not take the event/],
    ['answers nothing', { fault: puts({ status: 200, body: '' }) }, /unknown|did not take/],
    ['drops the connection', { fault: puts('drop') }, /did not take the event/],
    ['forbids', { fault: puts({ status: 400, type: 'AccessDeniedException' }) }, /Allow events:PutEvents on the bus/],
    ['gives up on an entry', { entryFault: () => 'InternalFailure' }, /\(InternalFailure\)\. It may pass/],
    ['forbids the source', { entryFault: () => 'NotAuthorizedForSourceException' }, /Allow this source/],
    ['knows no such account', { entryFault: () => 'InvalidAccountIdException' }, /Check the account in eventBusName/],
  ])('that %s leaves every change for another try', async ([, options, message]) => {
    const { target } = await fake(options)
    const answers = await target.applyBatch(changes(2), callContext())
    expect(codes(answers)).toEqual(['TARGET_UNAVAILABLE', 'TARGET_UNAVAILABLE'])
    for (const answer of answers) expect((answer as Error).message).toMatch(message)
    expect(inspect(answers, { showHidden: true, depth: 9 })).not.toContain('secret')
  })

  test('that never answers is left once the time is up', async () => {
    const stop = new AbortController()
    const { bus, target } = await fake({
      fault: (operation) => {
        if (operation === 'DescribeEventBus') return undefined
        setImmediate(() => stop.abort())
        return 'hang'
      },
    })
    const answers = await target.applyBatch(changes(2), callContext(stop.signal))
    expect(codes(answers)).toEqual(['TARGET_UNAVAILABLE', 'TARGET_UNAVAILABLE'])
    expect((answers[0] as Error).message).toBe('The time was up before EventBridge had answered.')
    expect(bus.events()).toEqual([])
  })
})

describe('a bus that is missing', () => {
  test('gets no event; the error says what to do, and once it is there, all is well', async () => {
    const { bus, target } = await fake({ buses: [] })
    const [answer] = await target.applyBatch(changes(1), callContext())
    expect(codes([answer])).toEqual(['TARGET_UNAVAILABLE'])
    expect((answer as Error).message).toBe(
      'There is no event bus "stock" in this account and region: EventBridge may take the events and drop them. ' +
        'Create it, or set eventBusName.',
    )
    expect(bus.requests()).toHaveLength(1)
    bus.buses.add('stock')
    expect(await target.applyBatch(changes(1), callContext())).toEqual(['applied'])
    expect(bus.events()).toHaveLength(1)
  })

  test('drops events unseen where nobody looks for it', async () => {
    const { bus, target } = await fake({ buses: [] }, { checkBus: false })
    expect(await target.applyBatch(changes(1), callContext())).toEqual(['applied'])
    expect(bus.events()).toEqual([])
  })

  test('is not taken for one that may not be looked for', async () => {
    const forbidden = (operation: string) =>
      operation === 'DescribeEventBus' ? ({ status: 400, type: 'AccessDeniedException' } as const) : undefined
    const { bus, target } = await fake({ fault: forbidden })
    const [answer] = await target.applyBatch(changes(1), callContext())
    expect((answer as Error).message).toMatch(/Allow events:DescribeEventBus on the bus, or set checkBus: false/)
    expect(bus.events()).toEqual([])
  })
})

test('the client of its own sends to the region that the ARN names, within limits of time', async () => {
  const client = ownClient('eu-west-3')
  expect([await client.config.region(), await client.config.maxAttempts()]).toEqual(['eu-west-3', 3])
})

/** What the bus brings comes late, the newest first, and twice. */
function consumerOf(bus: FakeEventBridge): Required<Pick<BatchTarget<InventoryItem>, 'read' | 'snapshot'>> {
  const rows = (): readonly (SnapshotEntry & { readonly key: string })[] => {
    const held = new Map<string, StockEvent>()
    for (const { detail } of [...bus.events(), ...bus.events()].reverse())
      onStockEvent({ detail: detail as unknown as StockEvent }, held)
    return [...held.values()].flatMap(({ key, item }) => (item ? [{ key, item }] : []))
  }
  return {
    read: async (keys) => rows().filter((row) => keys.some(({ key }) => key === row.key)),
    snapshot: () => memorySnapshot(rows, systemClock),
  }
}

function puts(fault: ReturnType<NonNullable<FakeEventBridgeOptions['fault']>>): FakeEventBridgeOptions['fault'] {
  return (operation) => (operation === 'PutEvents' ? fault : undefined)
}

/** What an item is sent as, apart from its key. */
async function sentDetail(item: object) {
  const { bus, target } = await fake()
  await target.applyBatch([{ ...upsertOf({ sku: 'A0' }, 1), item } as Change<unknown>], callContext())
  return bus.events()[0]!
}

function detailOf({ detail }: { readonly detail: object }): object {
  return detail
}
