import {
  TargetUnavailableError,
  type ApplyResult,
  type Change,
  type DlqSink,
  type InventoryItem,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { attributePart, compareVersions, repairVersion } from '../../src/core/version.ts'
import type { Plan } from '../../src/testing/simulation/plan.ts'
import type { Cast } from '../../src/testing/simulation/run.ts'
import { librarySubject, type Ports, type Reconciling, type Subject } from '../../src/testing/simulation/subject.ts'
import { someMs, type World } from '../../src/testing/simulation/world.ts'
import { rowsOf } from '../../src/testing/rows-of.ts'
import { ownCast, type OwnPlaces, type Settings } from './own-cast.ts'
import { warehouse, type Warehouse } from './warehouse.ts'

type Item = InventoryItem
type MakeCast = (world: World, plan: Plan<Item>) => Cast<Item>

/** Simple protocols that lose or bend something. The simulation has to find each of them. */
export const knownBad: Readonly<Record<string, MakeCast>> = {
  'no version guard': ownCast({ places: (world) => everywhere(() => warehouse(world, { newer: () => 1 })) }),
  'sequence numbers compared as text': ownCast({
    places: (world) =>
      everywhere(() =>
        warehouse(world, { newer: (change, held) => textOrder(plain(change.version), plain(held.version)) }),
      ),
    settings: { attribute: false },
  }),
  'failed record skipped, later ones of its item go on to an unguarded target': ownCast({
    places: (world) => ({ ...guarded(world), east: pretending(warehouse(world, { guarded: false })) }),
    settings: { coalesce: false, unguarded: false },
  }),
  'the response tells the first failing target alone': ownCast({ subject: (settings) => oneByOne(settings) }),
  'checkpoint past a record whose DLQ send failed': ownCast({
    subject: (settings) => changed(settings, (ports) => withDlq(ports, trusting)),
  }),
  'coalescing by event kind': ownCast({ subject: (settings) => prepared(settings, removalsFirst) }),
  'redrive without guard': ownCast({
    places: (world) =>
      everywhere(() =>
        warehouse(world, {
          newer: ({ id, version }, held) =>
            id.split('#').length > 2 ? 1 : compareVersions(version, held.version ?? ''),
        }),
      ),
  }),
  'tombstones forgotten': ownCast({ places: (world) => everywhere(() => warehouse(world, { forgets: true })) }),
  'repair from a stale snapshot': ownCast({
    subject: (settings, world) => ({ ...library(settings), reconcile: ownReconcile(world, 'stale') }),
    settings: { ttl: 'propagate', unguarded: false },
  }),
  'deadline ignored': ownCast({
    subject: (settings) => {
      const own = library(settings)
      return {
        ...own,
        stream: (ports) => {
          const handler = own.stream(ports)
          return (event) => handler(event)
        },
      }
    },
  }),
  'a lane routed by its newest image alone': ownCast({
    subject: (settings) => prepared(settings, newestImages),
    settings: { view: 'NEW_AND_OLD_IMAGES' },
  }),
  'an unresolved lane reported by its newest record': ownCast({
    subject: (settings) => reporting(settings),
    settings: { throws: false },
  }),
  'unchanged judged after folding': ownCast({
    subject: (settings) => prepared(settings, withoutRoundTrips),
    settings: { view: 'NEW_AND_OLD_IMAGES' },
  }),
  'current redrive under a fresh version': ownCast({
    subject: (settings) => {
      const own = library(settings)
      return { ...own, queue: (ports, mode) => own.queue(freshVersions(ports), mode) }
    },
  }),
  'reconcile that looks at the table first and at the warehouse last': ownCast({
    subject: (settings, world) => ({ ...library(settings), reconcile: ownReconcile(world, 'tableFirst') }),
    settings: { ttl: 'propagate', unguarded: false },
  }),
  'attribute versions without the sequence behind them': ownCast({
    places: (world) =>
      everywhere(() =>
        warehouse(world, {
          newer: ({ version }, held) => compareVersions(attributePart(version), attributePart(held.version ?? '-')),
        }),
      ),
    settings: { attribute: true, view: 'NEW_AND_OLD_IMAGES' },
  }),
  'a guard store that checks, then acts': ownCast({ places: (world) => storeAt(world, checkThenAct) }),
  'a guard store that claims, then acts': ownCast({ places: (world) => storeAt(world, claimThenAct) }),
  'a guard store with leases': ownCast({ places: (world) => storeAt(world, lease) }),
  'stream labels compared across regions': ownCast({
    subject: (settings) => changed(settings, (ports) => ({ ...ports, config: { ...ports.config, epochs: {} } })),
    settings: { attribute: false, unguarded: false },
  }),
}

function everywhere(make: () => Warehouse): OwnPlaces {
  return { east: make(), west: make(), yard: make() }
}
function guarded(world: World): OwnPlaces {
  return { east: warehouse(world), west: warehouse(world), yard: warehouse(world, { guarded: false }) }
}

/** The library is told that it compares versions. */
function pretending(place: Warehouse): Warehouse {
  return { ...place, single: { ...place.single, guarded: true } }
}

function plain(version = ''): string {
  return (version.split('/').at(-1) ?? '').replace(/^0+/, '')
}
function textOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function library(settings: Settings): Subject<Item> {
  return librarySubject({
    coalesce: settings.coalesce,
    hydrates: settings.view === 'KEYS_ONLY' || settings.view === 'OLD_IMAGE',
    throws: settings.throws,
  })
}

/** The library, given other ports. */
function changed(settings: Settings, change: (ports: Ports<Item>) => Ports<Item>): Subject<Item> {
  const own = library(settings)
  return { ...own, stream: (ports) => own.stream(change(ports)) }
}

function withDlq(ports: Ports<Item>, make: (sink: DlqSink) => DlqSink): Ports<Item> {
  const { dlq } = ports.config
  return dlq ? { ...ports, config: { ...ports.config, dlq: make(dlq) } } : ports
}
function trusting(sink: DlqSink): DlqSink {
  return {
    send: async (letters, context) => {
      await sink.send(letters, context).catch(() => undefined)
      return letters.map(() => 'parked' as const)
    },
  }
}

type Records = readonly StreamRecord[]

/** The library, whose handler sees other records than the mapping delivered. */
function prepared(settings: Settings, prepare: (records: Records) => Records): Subject<Item> {
  const own = library(settings)
  return {
    ...own,
    stream: (ports) => {
      const handler = own.stream(ports)
      return (event, context) => handler({ Records: prepare(event.Records) }, context)
    },
  }
}

function lanesOf(records: Records): readonly Records[] {
  const lanes = new Map<string, StreamRecord[]>()
  for (const record of records) {
    const key = JSON.stringify(record.dynamodb?.Keys)
    lanes.set(key, [...(lanes.get(key) ?? []), record])
  }
  return [...lanes.values()]
}
function removalsFirst(records: Records): Records {
  return lanesOf(records).flatMap((lane) => {
    const removals = lane.filter(({ eventName }) => eventName === 'REMOVE')
    return removals.length > 0 ? removals.slice(-1) : lane
  })
}
function newestImages(records: Records): Records {
  return records.map((record) => {
    const { NewImage } = record.dynamodb ?? {}
    return NewImage
      ? { ...record, dynamodb: { ...record.dynamodb, OldImage: { ...NewImage, was: { S: 'x' } } } }
      : record
  })
}
function withoutRoundTrips(records: Records): Records {
  return lanesOf(records).flatMap((lane) => {
    const [first, last] = [lane[0]?.dynamodb?.OldImage, lane.at(-1)?.dynamodb?.NewImage]
    return first && last && JSON.stringify(first) === JSON.stringify(last) ? [] : lane
  })
}

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

function reporting(settings: Settings): Subject<Item> {
  const own = library(settings)
  return {
    ...own,
    stream: (ports) => {
      const handler = own.stream(ports)
      return async (event, context) => {
        const { batchItemFailures } = (await handler(event, context)) as Answer
        const lanes = lanesOf(event.Records)
        const newest = batchItemFailures.map(({ itemIdentifier }) => {
          const lane = lanes.find((some) => some.some(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier))
          return { itemIdentifier: lane?.at(-1)?.dynamodb?.SequenceNumber ?? itemIdentifier }
        })
        return { batchItemFailures: newest }
      }
    },
  }
}

/** One target after the other; the first answer that tells of failures is the whole answer. */
function oneByOne(settings: Settings): Subject<Item> {
  const own = library({ ...settings, throws: false })
  return {
    ...own,
    stream: (ports) => {
      const handlers = Object.entries(ports.config.targets).map(([name, target]) =>
        own.stream({ ...ports, config: { ...ports.config, targets: { [name]: target } } }),
      )
      return async (event, context) => {
        const answers = await Promise.all(handlers.map((handler) => handler(event, context) as Promise<Answer>))
        return answers.find(({ batchItemFailures }) => batchItemFailures.length > 0) ?? answers[0]
      }
    },
  }
}

function freshVersions(ports: Ports<Item>): Ports<Item> {
  const fresh = <C extends Change<Item>>(change: C): C => ({
    ...change,
    version: `${change.version.slice(0, 7)}2999-01-01T00:00:00.000/${'9'.repeat(40)}`,
  })
  const targets = Object.fromEntries(
    Object.entries(ports.config.targets).map(([name, given]) => {
      const route = given as unknown as { readonly target: Warehouse['single'] | Warehouse['batch'] }
      const { target } = route
      const renewed = target.apply
        ? { ...target, apply: (change: Change<Item>, context: never) => target.apply(fresh(change), context) }
        : {
            ...target,
            applyBatch: (changes: readonly Change<Item>[], context: never) =>
              target.applyBatch(changes.map(fresh), context),
          }
      return [name, { ...route, target: renewed }]
    }),
  )
  return { ...ports, config: { ...ports.config, targets: targets as unknown as typeof ports.config.targets } }
}

/** A reconcile that decides by what it saw once. */
function ownReconcile(world: World, flaw: 'stale' | 'tableFirst') {
  return async ({ config }: Ports<Item>, { snapshots }: Reconciling): Promise<void> => {
    const rows = new Map(world.table.rows())
    const early = flaw === 'stale' ? await heldBy(snapshots) : undefined
    await world.clock.sleep(someMs(world, 1_000, 10_000))
    const held = await heldBy(snapshots)
    for (const [name, given] of Object.entries(config.targets)) {
      const { target, when } = given as unknown as { target: Warehouse['single']; when: (item: Item) => boolean }
      for (const key of new Set([...rows.keys(), ...(held.get(name)?.keys() ?? [])])) {
        const row = rows.get(key)
        if (row && typeof row['quantity'] !== 'number') continue
        const expected = row && when(row as Item) ? row : undefined
        const now = held.get(name)?.get(key)
        const seen = (early ?? held).get(name)?.get(key)
        if (JSON.stringify(seen?.item) === JSON.stringify(expected) || name === 'west') continue // west takes batches
        const facts = { key, keyAttributes: { sku: key }, id: `${key}#repair`, changedAt: new Date(0) }
        const version = repairVersion(now?.version ?? '-')
        const change = expected
          ? { ...facts, version, type: 'upsert', item: expected }
          : { ...facts, version, type: 'removal' }
        const context = { target: name, attempt: 1, timeoutMs: 1_000, signal: new AbortController().signal }
        await target.apply(change as Change<Item>, context).catch(() => undefined)
      }
    }
  }
}

type Seen = ReadonlyMap<string, { readonly item: unknown; readonly version: string | undefined }>

async function heldBy(snapshots: Reconciling['snapshots']): Promise<ReadonlyMap<string, Seen>> {
  const all = new Map<string, Seen>()
  for (const [name, snapshot] of Object.entries(snapshots)) {
    const { rows } = await rowsOf(snapshot)
    all.set(
      name,
      new Map(rows.map((row) => [row.key ?? '', { item: row.removed ? undefined : row.item, version: row.version }])),
    )
  }
  return all
}

type Store = (world: World, place: Warehouse) => (change: Change<Item>) => Promise<ApplyResult>

/** East has no guard of its own, but a store beside it. */
function storeAt(world: World, store: Store): OwnPlaces {
  const places = guarded(world)
  const east = warehouse(world, { newer: () => 1 })
  const apply = store(world, east)
  return { ...places, east: { ...east, single: { ...east.single, apply } } }
}

const checkThenAct: Store = (world, place) => {
  const newest = new Map<string, string>()
  return async (change) => {
    if (change.version <= (newest.get(change.key) ?? '')) return 'stale'
    await world.clock.sleep(someMs(world, 0, 400))
    if (change.version > (newest.get(change.key) ?? '')) newest.set(change.key, change.version)
    return place.take(change)
  }
}

const claimThenAct: Store = (world, place) => {
  const newest = new Map<string, string>()
  return async (change) => {
    if (change.version <= (newest.get(change.key) ?? '')) return 'unchanged'
    newest.set(change.key, change.version)
    if (world.random() < 0.2) throw new TargetUnavailableError('The claimant died before it acted.')
    return Promise.resolve(place.take(change))
  }
}

const lease: Store = (world, place) => {
  const leases = new Map<string, number>()
  const newest = new Map<string, string>()
  return async (change) => {
    if ((leases.get(change.key) ?? 0) > world.clock.monotonic())
      throw new TargetUnavailableError('Somebody has the lease.')
    leases.set(change.key, world.clock.monotonic() + 100)
    if (change.version <= (newest.get(change.key) ?? '')) return 'stale'
    await world.clock.sleep(someMs(world, 0, 700)) // longer than the lease, now and then
    newest.set(change.key, change.version)
    return place.take(change)
  }
}
