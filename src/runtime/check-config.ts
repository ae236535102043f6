import * as z from 'zod/mini'
import { isObject } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import type { QueueSyncConfig, StreamSyncConfig, SyncConfig } from './config.ts'
import { queueSchema, routeSchema, streamSchema, syncSchema } from './config-schemas.ts'
import { isFunction, show } from './config-values.ts'
import { checkNames, holderNamed, unknownSetting } from './setting-names.ts'

/**
 * Refuses a sync that cannot work, and names that are no handler's setting.
 *
 * @throws ConfigError that names the field, the value and the remedy.
 */
export function checkSync<Item>(config: SyncConfig<Item>): void {
  guarded(() => {
    if (isObject(config) && !Array.isArray(config)) checkNames(config, 'handler')
    check(syncSchema, config)
    for (const [name, target] of Object.entries(config.targets)) checkTarget(name, target, config.dlq !== undefined)
    checkVersions(config)
  })
}

/** As {@link checkSync}, for one that delivers, and therefore needs a target. */
export function checkDelivering<Item>(config: SyncConfig<Item>): void {
  checkSync(config)
  guarded(() => {
    if (Object.keys(config.targets).length === 0)
      throw new ConfigError('targets', 'an object without targets does not work. Give one: { berlin: httpTarget(…) }.')
  })
}

/** As {@link checkDelivering}, for the stream handler's own settings. */
export function checkStreamSync<Item, Event>(config: StreamSyncConfig<Item, Event>): void {
  checkDelivering(config)
  guarded(() => {
    check(streamSchema, config)
    if (config.events && !config.events.sequenced && typeof config.item?.version !== 'object')
      throw new ConfigError(
        'item.version',
        `the events carry no sequence numbers, so that ${show(config.item?.version)} cannot order them. Set it to { attribute: '…' }.`,
      )
  })
}

/** As {@link checkDelivering}, for the queue handler's own settings. */
export function checkQueueSync<Item>(config: QueueSyncConfig<Item>): void {
  checkDelivering(config)
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

function checkTarget(name: string, given: unknown, sharedDlq: boolean): void {
  const field = `targets.${name}`
  if (name === '') throw new ConfigError('targets', 'holds a target without a name. Name each warehouse.')
  if (!isObject(given))
    throw new ConfigError(field, `${show(given)} is no target. Give a warehouse target or a route with one.`)
  const route = 'target' in given ? given : { target: given }
  checkNames(route, 'route', field)
  check(routeSchema, route, field)
  const { onUnavailable, dlq, target } = route as {
    onUnavailable?: unknown
    dlq?: unknown
    target: Readonly<Record<string, unknown>>
  }
  if (onUnavailable === 'park' && dlq === undefined && !sharedDlq)
    throw new ConfigError(`${field}.onUnavailable`, "'park' needs a DLQ. Give `dlq`, or use 'stall'.")
  checkAbilities(target, field)
}

function checkAbilities(target: Readonly<Record<string, unknown>>, field: string): void {
  const { batchSize, guarded } = target
  if (guarded !== undefined && typeof guarded !== 'boolean')
    throw new ConfigError(`${field}.guarded`, `${show(guarded)} does not work. Use true or false.`)
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && (batchSize as number) >= 1))
    throw new ConfigError(`${field}.batchSize`, `${show(batchSize)} is no batch size. Use a whole number from 1 up.`)
  for (const name of ['read', 'snapshot']) {
    const ability = target[name]
    if (ability !== undefined && !isFunction(ability))
      throw new ConfigError(`${field}.${name}`, `${show(ability)} does not work. Give a function, or leave it out.`)
  }
}

function checkVersions<Item>({ origin, item }: SyncConfig<Item>): void {
  if (origin && typeof item?.version !== 'object')
    throw new ConfigError(
      'origin',
      "needs versions that two regions can compare, and version 'sequence' is each region's own. Set item.version to { attribute: '…' }.",
    )
}

function check(schema: z.ZodMiniType, value: unknown, prefix = ''): void {
  if (!isObject(value)) throw new ConfigError(prefix || 'config', `${show(value)} is no object. Give one.`)
  const result = z.safeParse(schema, value)
  const [issue] = result.error?.issues ?? []
  if (!issue) return
  const path = [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.')
  if (issue.code === 'unrecognized_keys')
    throw unknownSetting(holderNamed(issue.path.at(-1)), path, issue.keys[0] ?? '')
  const remedy = issue.code === 'invalid_type' ? 'Give an object.' : issue.message // objects alone have no words of ours
  throw new ConfigError(path || 'config', `${show(at(value, issue.path))} does not work. ${remedy}`)
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (inner as Readonly<Record<PropertyKey, unknown>> | undefined)?.[name],
    value,
  )
}
