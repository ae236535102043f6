import { keyNames } from '../core/key.ts'
import { inventoryItem } from '../core/inventory-item.ts'
import type { ItemDefinition } from '../core/item.ts'
import { bothAccept, type Accepts } from '../core/routes.ts'
import type { Clock } from '../ports/clock.ts'
import type { DlqSink } from '../ports/dlq.ts'
import type { Logger } from '../ports/logger.ts'
import type { MetricEmitter } from '../ports/metrics.ts'
import type { WarehouseTarget } from '../ports/target.ts'
import type { Tracer } from '../ports/tracer.ts'
import { circuitBreaker, type Breaker } from './breaker.ts'
import { checkSync, guarded } from './check-config.ts'
import type { SyncConfig, TargetRoute } from './config.ts'
import { defaults } from './defaults.ts'
import { quietLogger } from './quiet.ts'
import { systemClock } from '../system-clock.ts'

/** A sync's configuration, checked and with every default filled in. */
export interface Sync<Item> {
  readonly item: ItemDefinition<Item>
  readonly keyNames: readonly string[]
  /** The attribute that orders an item's states; undefined: the stream's sequence does. */
  readonly versionAttribute: string | undefined
  readonly routes: readonly Route<Item>[]
  /** One per route, in order: the sync's filter and the route's, as one. */
  readonly filters: readonly Accepts<Item>[]
  /** Whether any of them filters at all. */
  readonly filtered: boolean
  readonly dlq: DlqSink | undefined
  readonly emitters: readonly MetricEmitter[]
  readonly tracer: Tracer | undefined
  readonly logger: Logger
  readonly clock: Clock
  readonly ttl: 'propagate' | 'ignore'
  readonly origin: { readonly attribute: string; readonly accept: readonly string[] } | undefined
  readonly random: () => number
  readonly deadlineMarginMs: number
  readonly epochs: Readonly<Record<string, number>>
  readonly highestEpoch: number
}

/** One target with its settings. */
export interface Route<Item> {
  readonly name: string
  readonly index: number
  readonly target: WarehouseTarget<Item>
  readonly guarded: boolean
  readonly accepts: Accepts<Item>
  readonly batchSize: number
  readonly concurrency: number
  readonly timeoutMs: number
  readonly retry: { readonly maxAttempts: number; readonly minDelayMs: number; readonly maxDelayMs: number }
  readonly breaker: Breaker | undefined
  readonly onUnavailable: 'park' | 'stall'
  readonly dlq: DlqSink | undefined
}

/** Checks a configuration, fills in the defaults and says what they give up. */
export function resolveSync<Item>(config: SyncConfig<Item>): Sync<Item> {
  checkSync(config)
  return guarded(() => resolve(config))
}

function resolve<Item>(config: SyncConfig<Item>): Sync<Item> {
  // Without `item` the type parameter is its default, InventoryItem.
  const item = config.item ?? (inventoryItem as unknown as ItemDefinition<Item>)
  const routes = Object.entries(config.targets).map(([name, given], index) => resolveRoute(name, index, given, config))
  const epochs = config.epochs ?? {}
  return {
    item,
    keyNames: keyNames(item),
    versionAttribute: typeof item.version === 'object' ? item.version.attribute : undefined,
    routes,
    filters: routes.map(({ accepts }) => accepts),
    filtered: routes.some(({ accepts }) => accepts !== undefined),
    dlq: config.dlq ?? routes.find(({ dlq }) => dlq)?.dlq,
    emitters: config.metrics === undefined ? [] : 'emit' in config.metrics ? [config.metrics] : config.metrics,
    tracer: config.tracer,
    logger: quietLogger(config.logger),
    clock: config.clock ?? systemClock,
    ttl: config.ttl ?? 'propagate',
    origin: config.origin,
    random: inUnit(config.random ?? defaults.random),
    deadlineMarginMs: config.deadlineMarginMs ?? defaults.deadlineMarginMs,
    epochs,
    highestEpoch: Math.max(0, ...Object.values(epochs)),
  }
}

/** Randomness from outside, made fit: jitter and letters' ids need numbers from 0 up to 1. */
function inUnit(random: () => number): () => number {
  return () => {
    const given = random()
    return given >= 0 && given <= 1 ? given : defaults.random()
  }
}

function resolveRoute<Item>(
  name: string,
  index: number,
  given: WarehouseTarget<Item> | TargetRoute<Item>,
  config: SyncConfig<Item>,
): Route<Item> {
  const settings: TargetRoute<Item> = 'target' in given ? given : { target: given }
  const { target, retry, breaker = defaults.breaker } = settings
  const dlq = settings.dlq ?? config.dlq
  return {
    name,
    index,
    target,
    guarded: target.guarded ?? false,
    accepts: bothAccept(config.when, settings.when),
    batchSize: target.applyBatch ? (target.batchSize ?? defaults.batchSize) : 1,
    concurrency: settings.concurrency ?? defaults.concurrency,
    timeoutMs: settings.timeoutMs ?? defaults.timeoutMs,
    retry: {
      maxAttempts: retry?.maxAttempts ?? defaults.maxAttempts,
      minDelayMs: retry?.minDelayMs ?? defaults.minDelayMs,
      maxDelayMs: retry?.maxDelayMs ?? defaults.maxDelayMs,
    },
    breaker: breaker === false ? undefined : circuitBreaker(breaker),
    onUnavailable: settings.onUnavailable ?? (dlq ? 'park' : 'stall'),
    dlq,
  }
}

/** Says once, at construction, what a configuration gives up. */
export function warnOfGaps<Item>(sync: Sync<Item>): void {
  for (const { name, dlq, guarded, onUnavailable } of sync.routes) {
    if (!dlq)
      sync.logger.warn(
        `Target "${name}" has no DLQ: poison, rejected and exhausted deliveries block the shard until the mapping's limits.`,
        { target: name },
      )
    else if (!guarded && onUnavailable === 'park')
      sync.logger.warn(
        `Target "${name}" is not guarded and parks: a parked change can be overtaken, and newest-wins and convergence are not promised there.`,
        { target: name },
      )
  }
}
