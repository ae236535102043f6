import { packed } from '../aws/pack.ts'
import type { Clock } from '../ports/clock.ts'
import type { BatchTarget } from '../ports/target.ts'
import type { PutAnswer } from './event-bridge/answers.ts'
import { busCheck } from './event-bridge/bus-check.ts'
import type { EventBridgeClientLike } from './event-bridge/client.ts'
import { eventEntry, mostBytes, type EventEntry } from './event-bridge/event-entry.ts'
import { putEvents } from './event-bridge/put-events.ts'
import { settingsOf } from './event-bridge/settings.ts'

export type { EventBridgeClientLike }

/** Options of {@link eventBridgeTarget}. `eventBusName` is the only one that is needed. */
export interface EventBridgeTargetOptions<Item = unknown> {
  /** The event bus's name, or its ARN, which a bus of another account or region needs. */
  readonly eventBusName: string
  /** The events' source, 1 to 256 characters. Default `dynamodb-stream-sync`. */
  readonly source?: string | undefined
  /** The events' detail type, 1 to 128 characters. Default `Item Changed`. */
  readonly detailType?: string | undefined
  /**
   * What rules are to choose by: `({ region, category }) => ({ region, category })`, as `detail.fields`. Of a removal they
   * are made of the last state, where the stream tells it, and left out where not.
   */
  readonly fields?: ((item: Item) => Readonly<Record<string, unknown>>) | undefined
  /** What consumers get of an item, as `detail.item`. Default: the item. Must not return `undefined`. */
  readonly item?: ((item: Item) => unknown) | undefined
  /**
   * An `EventBridgeClient` of `@aws-sdk/client-eventbridge`. Default: one of the environment's region, or the ARN's, with
   * 1 s to connect, 5 s for each of at most three attempts. Give time-outs to your own too: the SDK has none by default.
   */
  readonly client?: EventBridgeClientLike | undefined
  /** The bus's region, where neither an ARN nor a client tells it. Default: the environment's. */
  readonly region?: string | undefined
  /**
   * Your word that every consumer compares versions, removals included. It silences the warning about parking, and lets
   * `mode: 'original'` redrive to the bus. The bus itself answers every change with `applied`. Default false.
   */
  readonly guarded?: boolean | undefined
  /**
   * Looks whether the bus is there, first and every five minutes, which needs `events:DescribeEventBus`. The bus `default`
   * is always there. Set false for a bus of another account that allows no more than `events:PutEvents`. Default true.
   */
  readonly checkBus?: boolean | undefined
  /** Where time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
}

/**
 * An EventBridge bus, whose rules bring changes to whom they concern.
 *
 * @example
 * ```ts
 * eventBridgeTarget({ eventBusName: 'stock', source: 'inventory', fields: ({ region, category }) => ({ region, category }) })
 * ```
 *
 * **Events** have as `detail`: `id`, the same at every redelivery; `target`, the route's name in the sync; `type`, `upsert`
 * or `removal`; `key` and `keyAttributes`; `version`; `fields`, where the option is given; and `item`, of an upsert. `Time`
 * is the write's. EventBridge delivers at least once and in no order: a consumer keeps the versions of what it holds,
 * removals included, and leaves an event alone that is not newer by plain text order.
 *
 * **Numbers** that a double does not hold exactly, and integers beyond ±(2^53 − 1), are written as decimal text, so that
 * neither the bus nor a consumer rounds them. Sets become lists, maps objects, binary base64.
 *
 * **Groups.** An item that moves from one group to another is an upsert for the one and a removal for the other. Only a
 * route per group tells both: `targets: { eu: { target, when: (item) => item.region === 'eu' }, us: … }`, and rules that
 * ask for `detail.target`. A rule that asks for `detail.fields` alone does not see an item leave, and should also match
 * removals without fields: `"region": ["eu", { "exists": false }]`.
 *
 * **Answers.** A call holds at most 10 events and less than 1 MB, and each is answered for itself. Rejected are
 * `MalformedDetail`, `InvalidArgument`, an event of its own that is too large, and what JSON cannot hold. Everything else
 * is unavailable: throttled events, time-outs, an answer with another number of results, and a missing bus or permission,
 * because a deployment heals them and the change does not. The SDK's client retries calls; this target does not.
 *
 * EventBridge may accept events for a bus that does not exist, and drop them. That is why the bus is looked for.
 * https://github.com/aws/aws-sdk/issues/186
 *
 * The role needs `events:PutEvents` and `events:DescribeEventBus` on the bus.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 * @throws ConfigError for a name that no bus can have, and for options that cannot work.
 */
export function eventBridgeTarget<Item = unknown>(options: EventBridgeTargetOptions<Item>): BatchTarget<Item> {
  const settings = settingsOf(options)
  const problemOf = busCheck(settings)
  return {
    guarded: settings.guarded,
    batchSize: 10,
    applyBatch: async (changes, { target, signal }) => {
      const entries = changes.map((change) => eventEntry(change, target, settings))
      const answers = (await sent(entries.filter(isEntry), signal))[Symbol.iterator]() // one per event, in order
      return entries.map((entry) => (isEntry(entry) ? (answers.next().value as PutAnswer) : entry))
    },
  }

  async function sent(entries: readonly EventEntry[], signal: AbortSignal): Promise<readonly PutAnswer[]> {
    if (entries.length === 0) return []
    const problem = signal.aborted ? undefined : await problemOf(signal)
    if (problem) return entries.map(() => problem)
    const answers: PutAnswer[] = []
    for (const batch of packed(entries, { entries: 10, bytes: mostBytes }))
      answers.push(...(await putEvents(batch, settings.call, signal)))
    return answers
  }
}

function isEntry(made: EventEntry | Error): made is EventEntry {
  return !(made instanceof Error)
}
