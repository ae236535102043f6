import fc from 'fast-check'
import {
  createQueueSyncHandler,
  createStreamSyncHandler,
  defineSync,
  inventoryItem,
  isSyncError,
  type QueueSyncConfig,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryMetrics, memoryTarget } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'

/** Objects that throw when they are looked at: at once, or at one of their properties. */
const hostile = fc.oneof(
  fc.constant(
    new Proxy(
      {},
      {
        get() {
          throw new Error('hostile')
        },
        ownKeys() {
          throw new RangeError('hostile')
        },
      },
    ),
  ),
  fc
    .constantFrom(
      'target',
      'apply',
      'applyBatch',
      'guarded',
      'batchSize',
      'when',
      'send',
      'emit',
      'schema',
      'key',
      'read',
    )
    .map((name) => ({
      ...memoryTarget(),
      get [name](): unknown {
        throw new TypeError('hostile')
      },
    })),
)

/** A good value most of the time, so that one bad one is looked at rather than hidden behind another. */
const or = (...good: readonly unknown[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(undefined, ...good) },
    { weight: 1, arbitrary: fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true }) },
    { weight: 1, arbitrary: hostile },
  )

const table = { read: () => Promise.resolve([]), snapshot: () => ({}) }
const record = (parts: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.oneof({ weight: 8, arbitrary: fc.record(parts, { requiredKeys: [] }) }, { weight: 1, arbitrary: or() })

const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/stock/stream/2026-03-01T00:00:00.000'
const target = fc.oneof(
  fc.constant(memoryTarget()),
  fc.constant({ applyBatch: () => Promise.resolve([]), batchSize: 5 }),
  record({ apply: or(() => Promise.resolve('applied')), applyBatch: or(), guarded: or(true), batchSize: or(1) }),
  or(),
)
const route = record({
  target,
  when: or(() => true),
  concurrency: or(1, 0, -1, 1.5, NaN),
  timeoutMs: or(1, 0, Infinity),
  retry: record({ maxAttempts: or(1, 0), minDelayMs: or(1), maxDelayMs: or(1) }),
  breaker: record({ failures: or(1, 0), coolDownMs: or(1) }),
  onUnavailable: or('park', 'stall', 'perhaps'),
  dlq: or(memoryDlq()),
})
const config = record({
  item: fc.oneof(
    fc.constantFrom(undefined, inventoryItem),
    record({
      schema: or(inventoryItem.schema),
      key: or(['sku'], ['sku', 'site'], []),
      version: or('sequence', { attribute: 'v' }),
      quantity: or(() => 1),
      fields: or(['quantity']),
    }),
  ),
  targets: fc.oneof(fc.dictionary(fc.string(), fc.oneof(target, route), { maxKeys: 3 }), or()),
  when: or(() => true),
  dlq: or(memoryDlq()),
  metrics: or(memoryMetrics(), [memoryMetrics()]),
  tracer: or(),
  logger: or(),
  clock: or(),
  ttl: or('propagate', 'ignore'),
  origin: record({ attribute: or('region'), accept: or(['eu-west-1']) }),
  random: or(Math.random),
  deadlineMarginMs: or(0, 1_000, -1),
  epochs: or({}, { [arn]: 1 }, { [arn]: -1 }, { arn: 1 }),
  table: or(table),
  coalesce: or(true),
  events: or({ sequenced: true, decode: () => [] }, { sequenced: false, decode: () => [] }),
  failureMode: or('report', 'throw'),
  mode: or('current', 'original'),
})

const makers = {
  createStreamSyncHandler: (given: unknown) => createStreamSyncHandler(given as never),
  createQueueSyncHandler: (given: unknown) => createQueueSyncHandler(given as QueueSyncConfig<never>),
  defineSync: (given: unknown) => defineSync(given as never),
  'defineSync of an item': (given: unknown) => defineSync(inventoryItem as never, given as never),
}

test.for(Object.entries(makers))('P12 %s throws nothing but a ConfigError, whatever it is given', ([, make]) => {
  fc.assert(
    fc.property(config, (given) => {
      try {
        make(given)
      } catch (error) {
        expect(isSyncError(error, 'CONFIG_INVALID'), String(error)).toBe(true)
        // the field, what is wrong with its value, and the remedy as a sentence of its own
        expect(error).toMatchObject({ field: expect.stringMatching(/./) as string })
        expect((error as Error).message).toMatch(/^[^]+: [^]+\. [A-Z][^]+\.$/)
      }
    }),
    { numRuns: 300 },
  )
})

/** One letter left out, doubled, or exchanged with its neighbour. */
const misspelt = (names: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...names), fc.nat(), fc.constantFrom('left out', 'doubled', 'exchanged'))
    .map(([name, position, fault]) => {
      const at = position % name.length
      const [head, letter, next, rest] = [name.slice(0, at), name[at]!, name[at + 1] ?? '', name.slice(at + 2)]
      if (fault === 'left out') return { name, written: head + next + rest }
      return { name, written: fault === 'doubled' ? head + letter + letter + next + rest : head + next + letter + rest }
    })
    .filter(({ written }) => !names.includes(written))

const places: Readonly<Record<string, readonly [names: readonly string[], write: (written: string) => object]>> = {
  'a configuration': [
    ['item', 'metrics', 'tracer', 'logger', 'origin', 'random', 'deadlineMarginMs', 'epochs', 'coalesce'],
    (written) => ({ targets: { east: memoryTarget() }, [written]: undefined }),
  ],
  'a route': [
    ['concurrency', 'timeoutMs', 'retry', 'breaker', 'onUnavailable'],
    (written) => ({ targets: { east: { target: memoryTarget(), [written]: undefined } } }),
  ],
}

test.for(Object.entries(places))(
  'P12 a misspelt setting of %s is refused, and the right name told',
  ([, [names, write]]) => {
    fc.assert(
      fc.property(misspelt(names), ({ name, written }) => {
        for (const make of [makers.createStreamSyncHandler, makers.createQueueSyncHandler, makers.defineSync])
          expect(() => make(write(written))).toThrow(new RegExp(`${written}: is no setting. Write \`${name}\``))
      }),
    )
  },
)

const isNumber = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && value >= least && value <= most
const isInteger = (least: number, most: number) => (value: unknown) =>
  Number.isInteger(value) && isNumber(least, most)(value)
const isOneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value)
const isFunction = (value: unknown) => typeof value === 'function'
const never = () => false // what fc.anything makes has no methods
const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0

/** Each setting, and which values of it are sound. Left out, and so undefined, each but one is sound. */
const settings: Readonly<Record<string, (value: unknown) => boolean>> = {
  'targets.east.target': never,
  'targets.east.when': isFunction,
  'targets.east.concurrency': isInteger(1, 10_000),
  'targets.east.timeoutMs': isNumber(Number.MIN_VALUE, 2 ** 31 - 1),
  'targets.east.retry.maxAttempts': isInteger(1, 1_000),
  'targets.east.retry.minDelayMs': isNumber(0, 2 ** 31 - 1),
  'targets.east.retry.maxDelayMs': isNumber(0, 2 ** 31 - 1),
  'targets.east.breaker': isOneOf(false),
  'targets.east.breaker.failures': isInteger(1, Infinity),
  'targets.east.breaker.coolDownMs': isNumber(0, 2 ** 31 - 1),
  'targets.east.onUnavailable': isOneOf('park', 'stall'),
  'targets.east.dlq': never,
  'item.schema': never,
  'item.key': never,
  'item.version': never,
  'item.quantity': isFunction,
  'item.fields': never,
  when: isFunction,
  dlq: never,
  metrics: isEmpty,
  tracer: never,
  logger: never,
  clock: never,
  ttl: isOneOf('propagate', 'ignore'),
  'origin.attribute': (value) => typeof value === 'string',
  'origin.accept': never,
  random: isFunction,
  deadlineMarginMs: isNumber(0, 2 ** 31 - 1),
  epochs: isEmpty,
  table: never,
  coalesce: isOneOf(true, false),
  events: never,
  failureMode: isOneOf('report', 'throw'),
}

const wrong = fc.constantFrom(...Object.keys(settings)).chain((path) =>
  fc.tuple(
    fc.constant(path),
    fc
      .oneof(fc.constantFrom(0, -1, 0.5, NaN, Infinity, '', 'yes', null, [], true), fc.anything({ maxDepth: 1 }))
      // texts could be names, in a list, and numbers could be epochs
      .filter((value) => value !== undefined && settings[path]?.(value) === false && !hasWords(value)),
  ),
)

function hasWords(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).some((inner) => typeof inner !== 'boolean')
}

/** A sound configuration with every part that a setting is in. */
const sound = () => ({
  item: { ...inventoryItem, version: { attribute: 'v' } },
  origin: { attribute: 'region', accept: ['eu-west-1'] },
  targets: { east: { target: memoryTarget(), retry: {}, breaker: { failures: 1, coolDownMs: 1 } } },
  dlq: memoryDlq(),
})

function having(config: object, [name, ...rest]: readonly string[], value: unknown): object {
  if (name === undefined) return config
  const inner = (config as Readonly<Record<string, object | undefined>>)[name] ?? {}
  return { ...config, [name]: rest.length > 0 ? having(inner, rest, value) : value }
}

test('P12 any wrong value of any setting is refused at construction, by its name', () => {
  expect(createStreamSyncHandler(sound() as never)).toBeTypeOf('function')
  fc.assert(
    fc.property(wrong, ([path, value]) => {
      let thrown: unknown
      try {
        createStreamSyncHandler(having(sound(), path.split('.'), value) as never)
      } catch (error) {
        thrown = error
      }
      expect(isSyncError(thrown, 'CONFIG_INVALID'), 'nothing was thrown').toBe(true)
      const { field = '' } = thrown as { readonly field?: string }
      expect(path.startsWith(field) || field.startsWith(path), `${field} is named for ${path}`).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})
