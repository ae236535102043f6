import type { InventoryItem } from 'dynamodb-stream-sync'
import { attributePart, compareVersions } from '../../src/core/version.ts'
import type { MakeCast } from '../../src/testing/simulation/cast.ts'
import type { Surroundings } from '../../src/testing/simulation/world.ts'
import {
  changed,
  freshVersions,
  inTurn,
  library,
  newestImages,
  oneByOne,
  prepared,
  removalsFirst,
  reporting,
  stripped,
  trusting,
  withDlq,
  withMetrics,
  withoutRoundTrips,
} from './flawed-handlers.ts'
import { flawedReconcile } from './flawed-reconcile.ts'
import { checkThenAct, claimThenAct, lease, type Store } from './flawed-stores.ts'
import { ownCast, type OwnPlaces } from './own-cast.ts'
import { warehouse, type Warehouse } from './warehouse.ts'

/** Simple protocols that lose or bend something. The simulation has to find each of them. */
export const knownBad: Readonly<Record<string, MakeCast<InventoryItem>>> = {
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
  'targets that are served one after the other': ownCast({ subject: inTurn }),
  'an emitter that fails the sync': ownCast({ subject: withMetrics }),
  'poison parked without its image': ownCast({
    subject: (settings) => changed(settings, (ports) => withDlq(ports, stripped)),
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
    subject: (settings, world) => ({ ...library(settings), reconcile: flawedReconcile(world, 'stale') }),
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
    subject: (settings, world) => ({ ...library(settings), reconcile: flawedReconcile(world, 'tableFirst') }),
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
function guarded(world: Surroundings): OwnPlaces {
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

/** East has no guard of its own, but a store beside it. */
function storeAt(world: Surroundings, store: Store): OwnPlaces {
  const places = guarded(world)
  const east = warehouse(world, { newer: () => 1 })
  const apply = store(world, east)
  return { ...places, east: { ...east, single: { ...east.single, apply } } }
}
