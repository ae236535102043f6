import {
  createQueueSyncHandler,
  createReconcileHandler,
  createStreamSyncHandler,
  defineSync,
  inventoryItem,
  isSyncError,
  reconcile,
  type SourceTable,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'

const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/stock/stream/2026-03-01T00:00:00.000'
const target = memoryTarget()
const apply = () => Promise.resolve('applied' as const)
const table: SourceTable = {
  read: () => Promise.resolve([]),
  snapshot: () => {
    throw new Error('Nobody reconciles here.')
  },
}
const route = (settings: object) => ({ targets: { east: { target, ...settings } } })
const item = (settings: object) => ({ item: { ...inventoryItem, ...settings }, targets: { east: target } })
const sync = (settings: object) => ({ targets: { east: target }, ...settings })
const hostile = {
  apply,
  get guarded(): boolean {
    throw new Error('hostile')
  },
}

/** Field, what is told of the value, remedy. */
type Case = readonly [field: string, value: string, remedy: string, config: unknown]

const shared: readonly Case[] = [
  ['config', 'undefined', 'Give one.', undefined],
  ['config', 'a list of 0', 'Give an object.', []],
  ['targets', 'undefined', 'Give a record: { berlin: httpTarget(…) }.', {}],
  ['targets', 'a list of 1', 'Give a record', { targets: [target] }],
  ['targets', 'without targets', 'Give one: { berlin: httpTarget(…) }.', { targets: {} }],
  ['targets', 'an object', 'Give a record', { targets: new Map([['east', target]]) }],
  ['targets', 'an object', 'Give a record', { targets: new Set([target]) }],
  ['targets.east.read', 'an object', 'Give a function, or leave it out.', { targets: { east: { apply, read: {} } } }],
  ['targets.east.snapshot', 'true', 'Give a function', route({ target: { apply, snapshot: true } })],
  ['targets', 'without a name', 'Name each warehouse.', { targets: { '': target } }],
  ['targets.east', "'east'", 'Give a warehouse target or a route', { targets: { east: 'east' } }],
  ['targets.east.target', 'an object', 'either `apply` or `applyBatch`', { targets: { east: {} } }],
  ['targets.east.target', 'an object', 'either', { targets: { east: { apply, applyBatch: apply } } }],
  ['targets.east.target', 'an object', 'either', { targets: { east: { apply: 5, applyBatch: apply } } }],
  ['targets.east.batchSize', '0', 'whole number from 1 up', { targets: { east: { applyBatch: apply, batchSize: 0 } } }],
  ['targets.east.guarded', "'yes'", 'true or false', { targets: { east: { apply, guarded: 'yes' } } }],
  ['targets.east.timeout', 'no setting', 'Write `timeoutMs`, or remove it.', route({ timeout: 5 })],
  ['targets.east.concurency', 'no setting', 'Write `concurrency`, or remove it.', route({ concurency: 5 })],
  ['targets.east.onUnavalable', 'no setting', 'Write `onUnavailable`, or remove it.', route({ onUnavalable: 'stall' })],
  ['targets.east.metrics', 'no setting', 'Write `metrics` beside `targets`, or remove it.', route({ metrics: [] })],
  ['targets.east.prefetch', 'no setting', 'Remove it or correct its name.', route({ prefetch: 1 })],
  ['tagets', 'no setting', 'Write `targets`, or remove it.', { tagets: {} }],
  ['lgoger', 'no setting', 'Write `logger`, or remove it.', sync({ lgoger: console })],
  ['DLQ', 'no setting', 'Write `dlq`, or remove it.', sync({ DLQ: memoryDlq() })],
  ['table_', 'no setting', 'Write `table`, or remove it.', sync({ table_: table })],
  ['failuremode', 'no setting', 'Write `failureMode`, or remove it.', sync({ failuremode: undefined })],
  ['repairPerSecond', 'no setting', 'Write `repairsPerSecond`, or remove it.', sync({ repairPerSecond: 1 })],
  [
    'concurency',
    'no setting',
    'Write it into a route: targets: { berlin: { target, concurrency: … } }.',
    sync({ concurency: 5 }),
  ],
  ['prefetch', 'no setting', 'Remove it or correct its name.', sync({ prefetch: 1 })],
  ['x'.repeat(60), 'no setting', 'Remove it or correct its name.', sync({ ['x'.repeat(100_000)]: 1 })],
  ['config', 'has a name that is no setting', 'Remove it or correct its name.', sync({ '': 1 })],
  ['targets.east.when', 'an object', 'Give a function.', route({ when: {} })],
  ['targets.east.concurrency', '10001', 'whole number from 1', route({ concurrency: 10_001 })],
  ['targets.east.concurrency', '0', 'whole number from 1', route({ concurrency: 0 })],
  ['targets.east.concurrency', '1.5', 'whole number from 1', route({ concurrency: 1.5 })],
  ['targets.east.timeoutMs', "'5'", 'milliseconds above 0', route({ timeoutMs: '5' })],
  ['targets.east.timeoutMs', '0', 'milliseconds above 0', route({ timeoutMs: 0 })],
  ['targets.east.timeoutMs', 'Infinity', 'milliseconds above 0', route({ timeoutMs: Infinity })],
  ['targets.east.retry', '3', 'Give an object.', route({ retry: 3 })],
  ['targets.east.retry.maxAttempts', '0', 'whole number from 1', route({ retry: { maxAttempts: 0 } })],
  ['targets.east.retry.minDelayMs', '-1', 'milliseconds from 0', route({ retry: { minDelayMs: -1 } })],
  ['targets.east.retry.maxDelayMs', 'NaN', 'milliseconds from 0', route({ retry: { maxDelayMs: NaN } })],
  ['targets.east.retry.maxDelay', 'no setting', 'Write `maxDelayMs`', route({ retry: { maxDelay: 1 } })],
  ['targets.east.retry.delay', 'no setting', 'Remove it', route({ retry: { delay: 1 } })],
  ['targets.east.retry.timeoutMs', 'no setting', 'Remove it', route({ retry: { timeoutMs: 1 } })],
  ['targets.east.breaker', 'true', 'Use false or { failures', route({ breaker: true })],
  ['targets.east.breaker', 'an object', 'failures: 1 or more', route({ breaker: { failures: 0, coolDownMs: 1 } })],
  ['targets.east.breaker', 'an object', 'coolDownMs: 0 or more', route({ breaker: { failures: 1 } })],
  ['targets.east.breaker', 'an object', 'false or', route({ breaker: { failures: 1, coolDownMs: -1 } })],
  ['targets.east.breaker', 'an object', 'false or', route({ breaker: { failures: 1, coolDownMs: '5' } })],
  ['targets.east.breaker', 'an object', 'false or', route({ breaker: { failures: 1, coolDownMs: 2_147_483_648 } })],
  ['targets.east.timeoutMs', '2147483648', 'milliseconds above 0', route({ timeoutMs: 2_147_483_648 })],
  ['deadlineMarginMs', '2147483648', 'milliseconds from 0', sync({ deadlineMarginMs: 2_147_483_648 })],
  ['targets.east.onUnavailable', "'drop'", "Use 'park' or 'stall'.", route({ onUnavailable: 'drop' })],
  ['targets.east.onUnavailable', "'park'", "Give `dlq`, or use 'stall'.", route({ onUnavailable: 'park' })],
  ['targets.east.dlq', 'an object', 'Give a DLQ sink', route({ dlq: {} })],
  ['item', "'stock'", 'Give an object.', sync({ item: 'stock' })],
  ['item.schema', 'undefined', 'Standard Schema', item({ schema: undefined })],
  ['item.key', 'a list of 0', "['sku']", item({ key: [] })],
  ['item.key', 'a list of 3', "['sku']", item({ key: ['a', 'b', 'c'] })],
  ['item.key', 'a list of 2', "['sku']", item({ key: ['a', 'a'] })],
  ['item.key', 'a list of 2', "['sku']", item({ key: ['a', ''] })],
  ['item.key', 'a list of 2', "['sku']", item({ key: ['a', 1] })],
  ['item.fields', 'a list of 2', 'at least one', item({ fields: ['a', ''] })],
  ['item.version', 'an object', "{ attribute: '…' }", item({ version: { attribute: '' } })],
  ['item.version', "'time'", "Use 'sequence' or { attribute: '…' }.", item({ version: 'time' })],
  ['item.quantity', "'quantity'", 'Give a function.', item({ quantity: 'quantity' })],
  ['item.fields', 'a list of 0', 'at least one', item({ fields: [] })],
  ['item.dlq', 'no setting', 'Remove it', item({ dlq: memoryDlq() })],
  ['item.keys', 'no setting', 'Write `key`', item({ keys: ['sku'] })],
  ['when', 'true', 'Give a function.', sync({ when: true })],
  ['dlq', "'https://sqs'", 'Give a DLQ sink', sync({ dlq: 'https://sqs' })],
  ['metrics', 'a list of 1', 'Give a metric emitter', sync({ metrics: [{}] })],
  ['metrics', 'a list of 2', 'Give a metric emitter', sync({ metrics: [{ emit: () => undefined }, {}] })],
  ['tracer', 'an object', '`span`', sync({ tracer: {} })],
  ['logger', 'an object', '`warn`', sync({ logger: { info: () => undefined } })],
  ['clock', 'an object', '`monotonic`', sync({ clock: { now: () => 0 } })],
  ['ttl', 'true', "Use 'propagate' or 'ignore'.", sync({ ttl: true })],
  [
    'origin',
    "'sequence'",
    "Set item.version to { attribute: '…' }.",
    sync({ origin: { attribute: 'r', accept: ['a'] } }),
  ],
  [
    'origin.acept',
    'no setting',
    'Write `accept`',
    sync({ origin: { attribute: 'region', accept: ['eu'], acept: ['eu'] } }),
  ],
  ['origin.accept', 'a list of 2', 'List the regions', sync({ origin: { attribute: 'region', accept: ['eu', ''] } })],
  ['origin.attribute', "''", 'Name the attribute', sync({ origin: { attribute: '', accept: ['eu'] } })],
  ['origin.accept', 'a list of 0', 'List the regions', sync({ origin: { attribute: 'region', accept: [] } })],
  ['random', '0.5', 'Give a function.', sync({ random: 0.5 })],
  ['deadlineMarginMs', '-1', 'milliseconds from 0', sync({ deadlineMarginMs: -1 })],
  ['epochs', 'an object', 'whole numbers from 0 to 999999', sync({ epochs: { [arn]: 1_000_000 } })],
  ['epochs', 'an object', 'whole numbers from 0 to 999999', sync({ epochs: { [arn]: -1 } })],
  ['epochs', 'an object', 'Map stream ARNs', sync({ epochs: { [arn]: 1, stock: 1 } })],
  ['epochs', 'an object', 'Map stream ARNs', sync({ epochs: { [`x${arn}`]: 1 } })],
  ['epochs', 'an object', 'Map stream ARNs', sync({ epochs: { [`${arn}/x`]: 1 } })],
  ['epochs', 'an object', 'Map stream ARNs', sync({ epochs: { stock: 1 } })],
  ['epochs', 'an object', 'Map stream ARNs', sync({ epochs: { 'arn:aws:dynamodb:eu-west-1:1:table/stock': 1 } })],
  ['epochs', 'an object', 'Map stream ARNs', sync({ epochs: new Map([[arn, 1]]) })],
  ['epochs', 'an object', 'Map stream ARNs', sync({ epochs: new Set() })],
  ['config', 'looking at it threw', 'Use plain objects.', { targets: { east: hostile } }],
]

const ofStream: readonly Case[] = [
  ['table', 'an object', 'Give a source table', sync({ table: {} })],
  ['coalesce', "'yes'", 'Use true or false.', sync({ coalesce: 'yes' })],
  ['events', 'an object', 'Give an event decoder', sync({ events: { decode: () => [] } })],
  ['failureMode', "'silent'", "Use 'report' or 'throw'.", sync({ failureMode: 'silent' })],
  ['item.version', 'undefined', '{ attribute', sync({ events: { sequenced: false, decode: () => [] } })],
]

const ofQueue: readonly Case[] = [
  ['table', 'is missing', "set mode: 'original'", sync({})],
  ['table', 'an object', 'Give a source table', sync({ table: {} })],
  ['mode', "'newest'", "Use 'current' or 'original'.", sync({ table, mode: 'newest' })],
]

const makers = {
  stream: (config: unknown) => createStreamSyncHandler(config as never),
  queue: (config: unknown) => createQueueSyncHandler(config as never),
  sync: (config: unknown) => defineSync(config as never),
}

function expectRefused(make: (config: unknown) => unknown, [field, value, remedy, config]: Case): void {
  let thrown: unknown
  try {
    make(config)
  } catch (error) {
    thrown = error
  }
  expect(isSyncError(thrown, 'CONFIG_INVALID'), String(thrown)).toBe(true)
  expect(thrown).toMatchObject({ field })
  const { message } = thrown as Error
  expect(message.startsWith(`${field}: `)).toBe(true)
  expect(message).toContain(value)
  expect(message).toContain(remedy)
}

describe('P12 bad configuration fails at construction, naming field, value and remedy', () => {
  test.for([...shared, ...ofStream])('of the stream handler: %s, %s', (each) => {
    expectRefused(makers.stream, each)
  })
  test.for([...shared, ...ofQueue])('of the queue handler: %s, %s', (each) => {
    expectRefused(makers.queue, each)
  })
  test.for(shared.filter(([, , remedy]) => remedy !== 'Use plain objects.'))('of a sync: %s, %s', (each) => {
    expectRefused(makers.sync, each)
  })

  test('a schema that answers with a promise is refused', () => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => Promise.resolve({ value: {} }) } }
    expectRefused(makers.stream, ['item.schema', 'an object', 'answers at once', item({ schema })])
  })

  test('a schema that answers with any thenable is refused', () => {
    const thenable = {
      then: (_: unknown, failed: (reason: Error) => void) => {
        failed(new Error('late'))
      },
    }
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => thenable } }
    expectRefused(makers.stream, ['item.schema', 'an object', 'answers at once', item({ schema })])
  })

  test('an error shows nothing of an object’s inside', () => {
    const read = () => createStreamSyncHandler(sync({ dlq: { password: 'hunter2' } }) as never)
    expect(read).toThrow(/^dlq: an object/)
    expect(read).not.toThrow(/hunter2/)
  })
})

test('a configuration with every setting is accepted', () => {
  const dlq = memoryDlq()
  const whole = defineSync({
    targets: {
      east: {
        target,
        when: ({ quantity }) => quantity > 0,
        concurrency: 1,
        timeoutMs: 1,
        retry: { maxAttempts: 1, minDelayMs: 0, maxDelayMs: 0 },
        breaker: { failures: 1, coolDownMs: 0 },
        onUnavailable: 'park',
        dlq,
      },
      west: { target, breaker: false, onUnavailable: 'stall' },
      north: { applyBatch: () => Promise.resolve([]), batchSize: 1, guarded: true },
    },
    ttl: 'propagate',
    deadlineMarginMs: 0,
    epochs: { [arn]: 999_999, [`${arn}0`]: 0, 'arn:aws:kinesis:eu-west-1:123456789012:stream/stock': 1 },
    random: () => 0,
    dlq,
  })
  expect(createStreamSyncHandler({ ...whole, table, coalesce: false, failureMode: 'throw' })).toBeTypeOf('function')
  expect(createQueueSyncHandler({ ...whole, table })).toBeTypeOf('function')
  expect(createQueueSyncHandler({ ...whole, mode: 'original' })).toBeTypeOf('function')
})

test('an item has a key of two attributes at most, a version of either kind, and one emitter or more', () => {
  const emit = () => undefined
  const ofTwo = item({ key: ['sku', 'location'], version: 'sequence', fields: ['sku', 'quantity'] })
  expect(createStreamSyncHandler({ ...ofTwo, metrics: [{ emit }, { emit }] })).toBeTypeOf('function')
  expect(createStreamSyncHandler({ ...item({ version: { attribute: 'v' } }), metrics: { emit } })).toBeTypeOf(
    'function',
  )
})

test('times may be as long as a timer can be set', () => {
  const longest = 2_147_483_647
  const east = { target, timeoutMs: longest, breaker: { failures: 1, coolDownMs: longest } }
  expect(createStreamSyncHandler({ targets: { east }, deadlineMarginMs: longest })).toBeTypeOf('function')
})

test('a route may park in a DLQ of its own', () => {
  const own = { target, dlq: memoryDlq(), onUnavailable: 'park' } as const
  expect(createStreamSyncHandler({ targets: { east: own } })).toBeTypeOf('function')
})

test('a long text is cut where it is told, and a function is told as one', () => {
  const refused = (settings: object) => () => createStreamSyncHandler(sync(settings) as never)
  expect(refused({ ttl: 'x'.repeat(61) })).toThrow(`ttl: '${'x'.repeat(60)}' does`)
  expect(refused({ ttl: () => undefined })).toThrow('ttl: a function does')
  expect(refused({ ttl: null })).toThrow('ttl: null does')
})

test('what a hostile object threw is the cause of the error', () => {
  expect(() => createStreamSyncHandler({ targets: { east: hostile } })).toThrow(
    expect.objectContaining({ cause: new Error('hostile') }),
  )
})

test('an item and its sync may be declared apart', () => {
  const settings = { targets: { east: target } }
  const schema = Object.assign(() => undefined, { '~standard': { version: 1, vendor: 'test', validate: () => ({}) } })
  const own = { ...inventoryItem, schema } as unknown as typeof inventoryItem
  expect(defineSync(own, settings)).toEqual({ ...settings, item: own })
})

test('every handler takes the settings of all, so that one configuration can be spread', async () => {
  const mine = defineSync({ targets: { east: memoryTarget() } })
  const ofStreams = { coalesce: true, failureMode: 'report', events: { sequenced: true, decode: () => [] } } as const
  const ofReconcile = { authority: 'table', compare: { tolerance: 0 }, orphans: 'report', settleMs: 0 } as const
  const more = { lagMs: () => Promise.resolve(0), maxLagMs: 0, repairsPerSecond: 1, maxRepairs: 0, maxRepairRatio: 1 }
  const rest = { pending: () => Promise.resolve([]), onDrift: () => undefined, resumeFrom: '', snapshots: {} }
  const lock = { acquire: () => Promise.resolve(undefined) }
  const signal = new AbortController().signal
  const all = { ...mine, ...ofStreams, ...ofReconcile, ...more, ...rest, lock, signal, table }
  expect(createStreamSyncHandler(all)).toBeTypeOf('function')
  expect(createQueueSyncHandler(all)).toBeTypeOf('function')
  expect(createReconcileHandler(all)).toBeTypeOf('function')
  expect(await reconcile({ source: [], warehouses: { east: [] } }, all)).toMatchObject({ verdict: 'equal' })
})

test('reconcile refuses names that it does not know', async () => {
  const options = { setleMs: 1 } as object
  const thrown: unknown = await reconcile({ source: [], warehouses: {} }, options).catch((error: unknown) => error)
  expect(thrown).toMatchObject({ code: 'CONFIG_INVALID', field: 'setleMs' })
  expect(String(thrown)).toContain('Write `settleMs`')
})
