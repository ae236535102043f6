import type { Attribute, ItemDefinition } from '../core/item.ts'
import type { StreamEvent } from '../core/stream-record.ts'
import type { InventoryItem } from '../core/inventory-item.ts'
import type { Clock } from '../ports/clock.ts'
import type { DlqSink } from '../ports/dlq.ts'
import type { EventDecoder } from '../ports/event-decoder.ts'
import type { Logger } from '../ports/logger.ts'
import type { MetricEmitter } from '../ports/metrics.ts'
import type { SourceTable } from '../ports/table.ts'
import type { WarehouseTarget } from '../ports/target.ts'
import type { Tracer } from '../ports/tracer.ts'
import { checkDelivering, guarded } from './check-config.ts'

/** A target with its filter and its settings. */
export interface TargetRoute<Item> {
  readonly target: WarehouseTarget<Item>
  /** Which items it holds. One that leaves is removed there; reconcile expects the same. Default: all. */
  readonly when?: ((item: Item) => boolean) | undefined
  /** Calls in flight. Default 10. */
  readonly concurrency?: number | undefined
  /** Of one attempt, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryOptions | undefined
  /** Default: open after 5 unavailable answers in a row, for 30,000 ms; what is left is parked or stalled untried. */
  readonly breaker?: BreakerOptions | false | undefined
  /**
   * What becomes of a change that the target is unavailable for. `park` hands it to the DLQ. `stall` leaves it
   * unresolved: Lambda redelivers, and the shard waits for this target. Default `park` with a DLQ, else `stall`.
   */
  readonly onUnavailable?: 'park' | 'stall' | undefined
  /** Instead of the shared one. */
  readonly dlq?: DlqSink | undefined
}

/** Retries of one delivery within one invocation, with full jitter. */
export interface RetryOptions {
  /** The first attempt included. Default 3; 1: no retry. */
  readonly maxAttempts?: number | undefined
  /** Upper bound of the first wait; doubles with each attempt. Default 100. */
  readonly minDelayMs?: number | undefined
  /** Default 2,000. */
  readonly maxDelayMs?: number | undefined
}

export interface BreakerOptions {
  /** Unavailable answers in a row that open it. */
  readonly failures: number
  /** How long it stays open before one attempt is let through. */
  readonly coolDownMs: number
}

/** The property's name is the warehouse's name: in metrics, dead letters and reports. */
export type Targets<Item> = { readonly [name: string]: WarehouseTarget<Item> | TargetRoute<Item> }

/** Refuses settings that no route has: a misspelt one would be ignored silently. */
export type Exact<T, Item> = {
  readonly [N in keyof T]: T[N] extends { target: unknown }
    ? { readonly [S in Exclude<keyof T[N], keyof TargetRoute<Item>>]: never }
    : unknown
}

/** What every handler shares. Declare it once with {@link defineSync} and spread it. */
export interface SyncConfig<Item, T extends Targets<Item> = Targets<Item>> {
  /** Default `inventoryItem`. */
  readonly item?: ItemDefinition<Item> | undefined
  readonly targets: T
  /** Which items are synced at all. One that leaves is removed at every target that held it. */
  readonly when?: ((item: NoInfer<Item>) => boolean) | undefined
  /**
   * Without one, poison, rejected and exhausted deliveries block the shard until the mapping gives up. Where only routes
   * have sinks, poison goes to the first of them.
   */
  readonly dlq?: DlqSink | undefined
  readonly metrics?: MetricEmitter | readonly MetricEmitter[] | undefined
  readonly tracer?: Tracer | undefined
  /** Default: none. */
  readonly logger?: Logger | undefined
  /** Default: the machine's. */
  readonly clock?: Clock | undefined
  /** Removals by time to live. `ignore` leaves the items at the targets. Default `propagate`. */
  readonly ttl?: 'propagate' | 'ignore' | undefined
  /** Global Tables: writes whose attribute names another region are skipped. Needs `version: { attribute }`. */
  readonly origin?: { readonly attribute: Attribute<NoInfer<Item>>; readonly accept: readonly string[] } | undefined
  /** Jitter and ids. Default `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Kept at the end of an invocation for parking, emitting and answering. Default 1,000, at least 100; never more than half of the time left. */
  readonly deadlineMarginMs?: number | undefined
  /**
   * By stream ARN, default 0. Raise it after a failover, a fail-back or a restore: newer epochs beat older ones, and
   * stream labels are ordered only within one table of one region.
   */
  readonly epochs?: Readonly<Record<string, number>> | undefined
}

/** What the stream handler takes beyond the sync. */
export interface StreamSyncConfig<Item, Event = StreamEvent> extends SyncConfig<Item, Targets<NoInfer<Item>>> {
  /** Needed for KEYS_ONLY and OLD_IMAGE streams: the new state is read from it, strongly consistent. */
  readonly table?: SourceTable | undefined
  /** Delivers only the newest of an item's changes in a batch. Default true. */
  readonly coalesce?: boolean | undefined
  /** Default: DynamoDB Streams, and EventBridge Pipes from one. */
  readonly events?: EventDecoder<Event> | undefined
  /** `throw` is for mappings without `ReportBatchItemFailures`. Default `report`. */
  readonly failureMode?: 'report' | 'throw' | undefined
}

/**
 * What the queue handler takes beyond the sync. `current` applies what the table holds now, under the letter's version;
 * `original` the parked state, for young letters and guarded targets only.
 */
export type QueueSyncConfig<Item> = SyncConfig<Item, Targets<NoInfer<Item>>> &
  ({ readonly mode?: 'current' | undefined; readonly table: SourceTable } | { readonly mode: 'original' })

/**
 * Checks a sync and infers its types. Spread it into any handler's config.
 * @throws ConfigError that names the field, the value and the remedy.
 */
export function defineSync<T extends Targets<InventoryItem>>(
  config: SyncConfig<InventoryItem, T> & { targets: Exact<T, InventoryItem> },
): SyncConfig<InventoryItem, T>
export function defineSync<Item, T extends Targets<Item>>(
  item: ItemDefinition<Item>,
  config: Omit<SyncConfig<NoInfer<Item>, T>, 'item'> & { targets: Exact<T, Item> },
): SyncConfig<Item, T>
export function defineSync(first: object, second?: object): unknown {
  const config = second === undefined ? first : guarded(() => ({ ...second, item: first }))
  checkDelivering(config as SyncConfig<never>) // the overloads tell which of the two `first` is
  return config
}
