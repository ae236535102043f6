import { defineItem, inventoryItem, type InventoryItem, type SyncConfig } from 'dynamodb-stream-sync'
import fc from 'fast-check'
import * as z from 'zod'
import type { MakeCast } from '../../src/testing/simulation/cast.ts'
import { librarySubject, type Subject } from '../../src/testing/simulation/subject.ts'
import type { Surroundings } from '../../src/testing/simulation/world.ts'
import { warehouse, type Warehouse } from './warehouse.ts'

/** Four items that move between two sites and a third that nobody holds. */
export const stockRows: fc.Arbitrary<InventoryItem> = fc.record({
  sku: fc.constantFrom('A', 'B', 'C', 'D'),
  site: fc.constantFrom('east', 'west', 'north'),
  quantity: fc.nat({ max: 3 }),
})

const versioned = defineItem({
  schema: z.looseObject({ sku: z.string(), quantity: z.number() }),
  key: ['sku'],
  version: { attribute: 'rev' },
})

/** The settings that a run draws. Each of them is one of the protocol's own. */
export interface Settings {
  readonly attribute: boolean
  readonly view: 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'KEYS_ONLY' | 'OLD_IMAGE'
  readonly coalesce: boolean
  readonly ttl: 'propagate' | 'ignore'
  readonly fields: boolean
  readonly stalls: boolean
  /** A third target, which compares nothing, in order only. */
  readonly unguarded: boolean
  readonly throws: boolean
}

export function settingsOf(variant: number): Settings {
  const bit = (at: number): boolean => ((variant >> at) & 1) === 1
  const attribute = bit(0) && bit(1)
  const plain = !(bit(2) && bit(3)) || attribute
  return {
    attribute,
    view: plain ? 'NEW_AND_OLD_IMAGES' : bit(4) ? 'NEW_IMAGE' : bit(5) ? 'KEYS_ONLY' : 'OLD_IMAGE',
    coalesce: !(bit(6) && bit(7)),
    ttl: bit(8) && bit(9) ? 'ignore' : 'propagate',
    fields: bit(10) && bit(11),
    stalls: bit(12) && bit(13),
    unguarded: bit(14) && bit(15),
    throws: plain && bit(4) && bit(5),
  }
}

export interface OwnPlaces {
  readonly east: Warehouse
  readonly west: Warehouse
  readonly yard: Warehouse
}

/** What differs from one own run to the next, beside the drawn settings. */
export interface OwnOptions {
  readonly subject?: (settings: Settings, world: Surroundings) => Subject<InventoryItem>
  readonly places?: (world: Surroundings, settings: Settings) => OwnPlaces
  readonly settings?: Partial<Settings>
}

/** The library with warehouses of ours, by the settings that the plan draws. */
export function ownCast({ subject, places, settings: fixed }: OwnOptions = {}): MakeCast<InventoryItem> {
  return (world, plan) => {
    const settings = { ...settingsOf(plan.variant), ...fixed }
    const { east, west, yard } = places?.(world, settings) ?? {
      east: warehouse(world),
      west: warehouse(world),
      yard: warehouse(world, { guarded: false }),
    }
    const at = (site: string) => (item: InventoryItem) => item['site'] === site
    const delivery = {
      timeoutMs: 1_000,
      retry: { maxAttempts: 2, minDelayMs: 20, maxDelayMs: 100 },
      breaker: { failures: 4, coolDownMs: 5_000 },
      concurrency: 2,
      ...(settings.stalls ? { onUnavailable: 'stall' as const } : {}),
    }
    const config = {
      item: {
        ...(settings.attribute ? versioned : inventoryItem),
        ...(settings.fields ? { fields: ['quantity'] } : {}),
      },
      targets: {
        east: { ...delivery, target: east.single, when: at('east') },
        west: { ...delivery, target: west.batch, when: at('west') },
        ...(settings.unguarded ? { yard: { ...delivery, target: yard.single, onUnavailable: 'stall' } } : {}),
      },
      dlq: world.dlq,
      ttl: settings.ttl,
      deadlineMarginMs: 500,
      metrics: awkward(world),
      logger: awkwardLogger(world),
    }
    return {
      config: config as unknown as SyncConfig<InventoryItem>, // one of several kinds of items
      subject:
        subject?.(settings, world) ??
        librarySubject({
          coalesce: settings.coalesce,
          hydrates: settings.view === 'KEYS_ONLY' || settings.view === 'OLD_IMAGE',
          throws: settings.throws,
        }),
      view: settings.view,
      tamper: (first, key) => [0, 1].some((next) => [east, west][(first + next) % 2]?.tamper(key)),
      spoil: (row) => ({ ...row, quantity: 'many' }),
      stored: (row, write) => (settings.attribute ? { ...row, rev: Math.floor(write / 2) } : row),
    }
  }
}

/** P10: observers that throw, reject or hang. */
function awkward({ random, journal }: Surroundings) {
  return {
    emit: () => {
      const chance = random()
      if (chance < 0.1) {
        journal.count('emitter fails')
        throw new Error('The emitter throws.')
      }
      if (chance < 0.2) return Promise.reject(new Error('The emitter rejects.'))
      if (chance < 0.25) return new Promise<void>(() => undefined)
      return undefined
    },
  }
}

function awkwardLogger({ random }: Surroundings) {
  const line = () => {
    if (random() < 0.1) throw new Error('The logger throws.')
  }
  return { info: line, warn: line, error: line }
}
