import * as z from 'zod/mini'
import { ConfigError } from '../errors.ts'
import type { QueueSyncConfig, StreamSyncConfig, SyncConfig } from './config.ts'

/** Refuses a sync that cannot work. @throws ConfigError that names the field, the value and the remedy. */
export function checkSync<Item>(config: SyncConfig<Item>): void {
  guarded(() => {
    check(syncSchema, config)
    for (const [name, target] of Object.entries(config.targets)) checkTarget(name, target, config.dlq !== undefined)
    checkVersions(config)
  })
}

/** As {@link checkSync}, for the stream handler's own settings. */
export function checkStreamSync<Item, Event>(config: StreamSyncConfig<Item, Event>): void {
  checkSync(config)
  guarded(() => {
    check(streamSchema, config)
    if (config.events && !config.events.sequenced && typeof config.item?.version !== 'object')
      throw new ConfigError(
        'item.version',
        `the events carry no sequence numbers, so that ${show(config.item?.version)} cannot order them. Set it to { attribute: '…' }.`,
      )
  })
}

/** As {@link checkSync}, for the queue handler's own settings. */
export function checkQueueSync<Item>(config: QueueSyncConfig<Item>): void {
  checkSync(config)
  guarded(() => {
    check(queueSchema, config)
    const { mode, table }: { readonly mode?: unknown; readonly table?: unknown } = config
    if (mode !== 'original' && table === undefined)
      throw new ConfigError('table', "is missing, and mode 'current' reads it. Give it, or set mode: 'original'.")
  })
}

/** Whatever a hostile object throws while it is looked at is a configuration's fault. */
export function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError('config', 'cannot be read: looking at it threw. Use plain objects.', { cause: error })
  }
}

const isFunction = (value: unknown): boolean => typeof value === 'function'
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
const hasMethods =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    isObject(value) && names.every((name) => isFunction((value as Readonly<Record<string, unknown>>)[name]))

const that = (test: (value: unknown) => boolean, remedy: string) =>
  z.optional(z.custom((value) => test(value), { error: remedy }))
const integer = (least: number, most: number, remedy: string) =>
  that((value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most, remedy)

const longestTimer = 2_147_483_647 // setTimeout takes a signed 32-bit number of milliseconds
const milliseconds = (remedy = 'Use milliseconds from 0 up.') =>
  that((value) => typeof value === 'number' && value >= 0 && value <= longestTimer, remedy)

const callback = that(isFunction, 'Give a function.')
const sink = that(hasMethods('send'), 'Give a DLQ sink, such as sqsDlq({ queueUrl }).')
const emitter = hasMethods('emit')
const text = (value: unknown): boolean => typeof value === 'string' && value !== ''

const itemSchema = z.strictObject({
  schema: z.custom(isStandardSchema, {
    error: 'Give a schema of a Standard Schema library (zod, valibot, arktype …) that answers at once.',
  }),
  key: z.custom(
    (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= 2 &&
      value.every(text) &&
      new Set(value).size === value.length,
    { error: "Name the table's key attributes: ['sku'] or ['sku', 'location']." },
  ),
  version: that(
    (value) => value === 'sequence' || (isObject(value) && text((value as { attribute?: unknown }).attribute)),
    "Use 'sequence' or { attribute: '…' }.",
  ),
  quantity: callback,
  fields: that(
    (value) => Array.isArray(value) && value.length > 0 && value.every(text),
    'List attribute names, at least one.',
  ),
})

const syncSchema = z.looseObject({
  item: z.optional(itemSchema),
  targets: z.custom((value) => isObject(value) && !Array.isArray(value), {
    error: 'Give a record: { berlin: httpTarget(…) }.',
  }),
  when: callback,
  dlq: sink,
  metrics: that(
    (value) => emitter(value) || (Array.isArray(value) && value.every(emitter)),
    'Give a metric emitter or a list of them, such as emfMetrics({ service }).',
  ),
  tracer: that(hasMethods('span'), 'Give an object with a `span` method.'),
  logger: that(hasMethods('info', 'warn', 'error'), 'Give an object with `info`, `warn` and `error`, such as console.'),
  clock: that(hasMethods('now', 'monotonic', 'sleep'), 'Give an object with `now`, `monotonic` and `sleep`.'),
  ttl: that((value) => value === 'propagate' || value === 'ignore', "Use 'propagate' or 'ignore'."),
  origin: z.optional(
    z.strictObject({
      attribute: z.custom(text, { error: 'Name the attribute that holds the writing region.' }),
      accept: z.custom((value) => Array.isArray(value) && value.length > 0 && value.every(text), {
        error: 'List the regions whose writes are synced, at least one.',
      }),
    }),
  ),
  random: callback,
  deadlineMarginMs: milliseconds(),
  epochs: that(
    (value) =>
      isObject(value) &&
      !Array.isArray(value) &&
      Object.values(value as object).every(
        (epoch) => Number.isInteger(epoch) && (epoch as number) >= 0 && (epoch as number) <= 999_999,
      ),
    'Map stream ARNs to whole numbers from 0 to 999999.',
  ),
})

const streamSchema = z.looseObject({
  table: that(hasMethods('read', 'snapshot'), 'Give a source table, such as dynamoDbTable({ tableName }).'),
  coalesce: that((value) => typeof value === 'boolean', 'Use true or false.'),
  events: that(
    (value) => hasMethods('decode')(value) && typeof (value as { sequenced?: unknown }).sequenced === 'boolean',
    'Give an event decoder, such as kinesisEvents().',
  ),
  failureMode: that((value) => value === 'report' || value === 'throw', "Use 'report' or 'throw'."),
})

const queueSchema = z.looseObject({
  mode: that((value) => value === 'current' || value === 'original', "Use 'current' or 'original'."),
  table: that(hasMethods('read', 'snapshot'), 'Give a source table, such as dynamoDbTable({ tableName }).'),
})

const routeSchema = z.strictObject({
  target: z.custom(isTarget, { error: 'Give a warehouse target with either `apply` or `applyBatch`.' }),
  when: callback,
  concurrency: integer(1, 10_000, 'Use a whole number from 1 to 10000.'),
  timeoutMs: that(
    (value) => typeof value === 'number' && value > 0 && value <= longestTimer,
    'Use milliseconds above 0.',
  ),
  retry: z.optional(
    z.strictObject({
      maxAttempts: integer(1, 1_000, 'Use a whole number from 1 to 1000; 1: no retry.'),
      minDelayMs: milliseconds(),
      maxDelayMs: milliseconds(),
    }),
  ),
  breaker: z.optional(
    z.union(
      [
        z.literal(false),
        z.strictObject({
          failures: z.custom((value) => Number.isInteger(value) && (value as number) >= 1, {
            error: 'Use a whole number from 1 up.',
          }),
          coolDownMs: z.custom((value) => typeof value === 'number' && value >= 0 && value <= longestTimer, {
            error: 'Use milliseconds from 0 up.',
          }),
        }),
      ],
      { error: 'Use false or { failures: 1 or more, coolDownMs: 0 or more }.' },
    ),
  ),
  onUnavailable: that((value) => value === 'park' || value === 'stall', "Use 'park' or 'stall'."),
  dlq: sink,
})

function checkTarget(name: string, given: unknown, sharedDlq: boolean): void {
  const field = `targets.${name}`
  if (name === '') throw new ConfigError('targets', 'holds a target without a name. Name each warehouse.')
  if (!isObject(given))
    throw new ConfigError(field, `${show(given)} is no target. Give a warehouse target or a route with one.`)
  const route = 'target' in (given as object) ? (given as { readonly target: unknown }) : { target: given }
  check(routeSchema, route, field)
  const { onUnavailable, dlq, target } = route as {
    onUnavailable?: unknown
    dlq?: unknown
    target: Readonly<Record<string, unknown>>
  }
  if (onUnavailable === 'park' && dlq === undefined && !sharedDlq)
    throw new ConfigError(`${field}.onUnavailable`, "'park' needs a DLQ. Give `dlq`, or use 'stall'.")
  const { batchSize } = target
  if (target['guarded'] !== undefined && typeof target['guarded'] !== 'boolean')
    throw new ConfigError(`${field}.guarded`, `${show(target['guarded'])} does not work. Use true or false.`)
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && (batchSize as number) >= 1))
    throw new ConfigError(`${field}.batchSize`, `${show(batchSize)} is no batch size. Use a whole number from 1 up.`)
}

function checkVersions<Item>({ origin, item }: SyncConfig<Item>): void {
  if (origin && typeof item?.version !== 'object')
    throw new ConfigError(
      'origin',
      "needs versions that two regions can compare, and version 'sequence' is each region's own. Set item.version to { attribute: '…' }.",
    )
}

function isTarget(value: unknown): boolean {
  if (!isObject(value)) return false
  const { apply, applyBatch } = value as { readonly apply?: unknown; readonly applyBatch?: unknown }
  return isFunction(apply) ? applyBatch === undefined : apply === undefined && isFunction(applyBatch)
}

/** A schema is asked about an empty row: one that answers with a promise is found here rather than at the first record. */
function isStandardSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard: unknown = (value as { readonly '~standard'?: unknown })['~standard']
  if (!hasMethods('validate')(standard)) return false
  try {
    const answer: unknown = (standard as { readonly validate: (row: unknown) => unknown }).validate({})
    if (!(answer instanceof Promise)) return true
    answer.catch(() => undefined)
    return false
  } catch {
    return true // what throws on an empty row may still accept a full one
  }
}

function check(schema: z.ZodMiniType, value: unknown, prefix = ''): void {
  if (!isObject(value)) throw new ConfigError(prefix || 'config', `${show(value)} is no object. Give one.`)
  const result = z.safeParse(schema, value)
  const [issue] = result.error?.issues ?? []
  if (!issue) return
  const path = [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.')
  if (issue.code === 'unrecognized_keys')
    throw new ConfigError(
      [path, issue.keys[0]].filter(Boolean).join('.'),
      'is no setting. Remove it or correct its name.',
    )
  const remedy = issue.code === 'invalid_type' ? 'Give an object.' : issue.message // objects alone have no words of ours
  throw new ConfigError(path || 'config', `${show(at(value, issue.path))} does not work. ${remedy}`)
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (inner as Readonly<Record<PropertyKey, unknown>> | undefined)?.[name],
    value,
  )
}

/** A value for an error message: short, and nothing of an object's inside, which may be secret. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `a list of ${String(value.length)}` : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
