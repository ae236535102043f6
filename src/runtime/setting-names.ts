import type { ItemDefinition } from '../core/item.ts'
import { ConfigError } from '../errors.ts'
import type { QueueSyncConfig, RetryOptions, StreamSyncConfig, SyncConfig, TargetRoute } from './config.ts'
import { nearestName } from './nearest-name.ts'

/** Every name of `T`, no more and no less: the compiler compares them. */
type Names<T> = Readonly<Record<keyof T, true>>

const ofSync: Names<SyncConfig<never>> = {
  ...{ item: true, targets: true, when: true, dlq: true, metrics: true, tracer: true, logger: true, clock: true },
  ...{ ttl: true, origin: true, random: true, deadlineMarginMs: true, epochs: true },
}
const ofStream: Names<Omit<StreamSyncConfig<never>, keyof SyncConfig<never>>> = {
  ...{ table: true, coalesce: true, events: true, failureMode: true },
}
const ofQueue: Names<Pick<QueueSyncConfig<never>, 'mode'>> = { mode: true }

/** What reconcile takes beyond a sync; its own checks hold that the list is whole. */
const ofReconcile = {
  ...{ mode: true, table: true, snapshots: true, signal: true, resumeFrom: true, authority: true, compare: true },
  ...{ orphans: true, settleMs: true, lagMs: true, maxLagMs: true, repairsPerSecond: true, maxRepairs: true },
  ...{ maxRepairRatio: true, pageTimeoutMs: true, maxRowsInMemory: true, lock: true, pending: true, onDrift: true },
} as const
export type ReconcileSetting = keyof typeof ofReconcile

const ofRoute: Names<TargetRoute<never>> = {
  ...{ target: true, when: true, concurrency: true, timeoutMs: true, retry: true, breaker: true },
  ...{ onUnavailable: true, dlq: true },
}
const ofItem: Names<ItemDefinition<never>> = { schema: true, key: true, version: true, quantity: true, fields: true }
const ofRetry: Names<RetryOptions> = { maxAttempts: true, minDelayMs: true, maxDelayMs: true }
const ofOrigin: Names<NonNullable<SyncConfig<never>['origin']>> = { attribute: true, accept: true }

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
