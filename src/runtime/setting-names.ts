import type { ItemDefinition } from '../core/item.ts'
import { ConfigError } from '../errors.ts'
import type { QueueSyncConfig, RetryOptions, StreamSyncConfig, SyncConfig, TargetRoute } from './config.ts'
import { nearestName } from './nearest-name.ts'

/** Every name of `T`, no more and no less: the compiler compares them. Only the names count. */
type Names<T> = Readonly<Record<keyof T, 1>>

const ofSync: Names<SyncConfig<never>> = {
  ...{ item: 1, targets: 1, when: 1, dlq: 1, metrics: 1, tracer: 1, logger: 1, clock: 1 },
  ...{ ttl: 1, origin: 1, random: 1, deadlineMarginMs: 1, epochs: 1 },
}
const ofStream: Names<Omit<StreamSyncConfig<never>, keyof SyncConfig<never>>> = {
  ...{ table: 1, coalesce: 1, events: 1, failureMode: 1 },
}
const ofQueue: Names<Pick<QueueSyncConfig<never>, 'mode'>> = { mode: 1 }

/** What reconcile takes beyond a sync; its own checks hold that the list is whole. */
const ofReconcile = {
  ...{ mode: 1, table: 1, snapshots: 1, signal: 1, resumeFrom: 1, authority: 1, compare: 1 },
  ...{ orphans: 1, settleMs: 1, lagMs: 1, maxLagMs: 1, repairsPerSecond: 1, maxRepairs: 1 },
  ...{ maxRepairRatio: 1, pageTimeoutMs: 1, maxRowsInMemory: 1, lock: 1, pending: 1, onDrift: 1 },
} as const
export type ReconcileSetting = keyof typeof ofReconcile

const ofRoute: Names<TargetRoute<never>> = {
  ...{ target: 1, when: 1, concurrency: 1, timeoutMs: 1, retry: 1, breaker: 1 },
  ...{ onUnavailable: 1, dlq: 1 },
}
const ofItem: Names<ItemDefinition<never>> = { schema: 1, key: 1, version: 1, quantity: 1, fields: 1 }
const ofRetry: Names<RetryOptions> = { maxAttempts: 1, minDelayMs: 1, maxDelayMs: 1 }
const ofOrigin: Names<NonNullable<SyncConfig<never>['origin']>> = { attribute: 1, accept: 1 }

/** One configuration is spread between the handlers, so that each of them knows the settings of all. */
const handler = Object.keys({ ...ofSync, ...ofStream, ...ofQueue, ...ofReconcile })
const known = {
  handler,
  route: Object.keys(ofRoute),
  item: Object.keys(ofItem),
  retry: Object.keys(ofRetry),
  origin: Object.keys(ofOrigin),
} as const satisfies Readonly<Record<string, readonly string[]>>

/** What an object of settings is: a handler's, a route's, or that of one of their settings. */
type Holder = keyof typeof known

/** @throws ConfigError for the first name that is no setting of `holder`, which stands at `path`. */
export function checkNames(config: object, holder: 'handler' | 'route', path = ''): void {
  const unknown = Object.keys(config).find((name) => !known[holder].includes(name))
  if (unknown !== undefined) throw unknownSetting(holder, path, unknown)
}

/** Says which setting may have been meant, and where it belongs. */
export function unknownSetting(holder: Holder, path: string, name: string): ConfigError {
  const field = [path, name.slice(0, 60)].filter((part) => part !== '').join('.')
  return new ConfigError(
    field || 'config',
    `${field ? 'is' : 'has a name that is'} no setting. ${remedyFor(holder, name)}`,
  )
}

function remedyFor(holder: Holder, name: string): string {
  const own = nearestName(name, known[holder])
  if (own !== undefined) return `Write \`${own}\`, or remove it.`
  const inRoute = holder === 'handler' ? nearestName(name, known.route) : undefined
  if (inRoute !== undefined) return `Write it into a route: targets: { berlin: { target, ${inRoute}: … } }.`
  const beside = holder === 'route' ? nearestName(name, handler) : undefined
  if (beside !== undefined) return `Write \`${beside}\` beside \`targets\`, or remove it.`
  return 'Remove it or correct its name.'
}

/** A setting that is an object of settings itself. */
export function holderNamed(setting: PropertyKey | undefined): Holder {
  return setting === 'item' || setting === 'retry' ? setting : 'origin' // no other is looked at name by name
}
