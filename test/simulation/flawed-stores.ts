import { TargetUnavailableError, type ApplyResult, type Change, type InventoryItem } from 'dynamodb-stream-sync'
import { someMs, type Surroundings } from '../../src/testing/simulation/world.ts'
import type { Warehouse } from './warehouse.ts'

type Item = InventoryItem

/** A guard beside a warehouse that has none. */
export type Store = (world: Surroundings, place: Warehouse) => (change: Change<Item>) => Promise<ApplyResult>

export const checkThenAct: Store = (world, place) => {
  const newest = new Map<string, string>()
  return async (change) => {
    if (change.version <= (newest.get(change.key) ?? '')) return 'stale'
    await world.clock.sleep(someMs(world, 0, 400))
    if (change.version > (newest.get(change.key) ?? '')) newest.set(change.key, change.version)
    return place.take(change)
  }
}

export const claimThenAct: Store = (world, place) => {
  const newest = new Map<string, string>()
  return async (change) => {
    if (change.version <= (newest.get(change.key) ?? '')) return 'unchanged'
    newest.set(change.key, change.version)
    if (world.random() < 0.2) throw new TargetUnavailableError('The claimant died before it acted.')
    return Promise.resolve(place.take(change))
  }
}

export const lease: Store = (world, place) => {
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
