import type { InventoryItem, SyncConfig } from 'dynamodb-stream-sync'
import {
  memoryTarget,
  simulateSync,
  type MemoryTarget,
  type SimulatedWorld,
  type SimulateOptions,
} from 'dynamodb-stream-sync/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

type Options = SimulateOptions<InventoryItem>
type Create = (world: SimulatedWorld) => SyncConfig<InventoryItem>

const withEast =
  (east: (world: SimulatedWorld) => object): Create =>
  (world) => ({ ...world, targets: { east: east(world) as MemoryTarget<InventoryItem> } })
const plain = withEast(({ clock }) => memoryTarget({ clock }))

describe('simulateSync refuses what would prove nothing', () => {
  test.for<[string, unknown, string]>([
    ['no runs', { runs: 0 }, 'runs: 0 does not work. Give a whole number from 1 up.'],
    ['fewer than none', { runs: -1 }, 'runs: -1 does not work'],
    ['half a run', { runs: 2.5 }, 'runs: 2.5 does not work'],
    ['a text of runs', { runs: '50' }, "runs: '50' does not work"],
    ['runs that nobody named', {}, 'runs: undefined does not work'],
    ['no options', undefined, 'runs: undefined does not work'],
    ['a seed that is no number', { runs: 1, seed: NaN }, 'seed: NaN does not work. Give the whole number that'],
    ['a path without its seed', { runs: 1, path: '3:1' }, "path: '3:1' does not work. Give the seed"],
    ['a path that is none', { runs: 1, seed: 1, path: 'x' }, "path: 'x' does not work. Give the text that"],
    ['rows instead of an arbitrary', { runs: 1, items: [{ sku: 'A' }] }, 'items: a list of 1 does not work. Give an'],
  ])('%s', async ([, options, message]) => {
    await expect(simulateSync(plain, options as Options)).rejects.toThrow(message)
    await expect(simulateSync(plain, options as Options)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('a configuration instead of a function that makes one', async () => {
    const create = { targets: {} } as unknown as Create
    await expect(simulateSync(create, { runs: 1 })).rejects.toThrow('create: an object does not work. Give a function')
  })

  test('a function that makes none', async () => {
    const create = (() => undefined) as unknown as Create
    await expect(simulateSync(create, { runs: 1 })).rejects.toThrow('create: undefined does not work. Answer')
  })

  test('a function that promises one', async () => {
    const create = ((world: SimulatedWorld) => Promise.resolve(plain(world))) as unknown as Create
    await expect(simulateSync(create, { runs: 1 })).rejects.toThrow('create: a promise does not work. Answer')
  })

  test('a configuration that the handlers refuse, with their own error, at once', async () => {
    const create: Create = (world) => ({ ...world, targets: {} })
    await expect(simulateSync(create, { runs: 3 })).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'targets' })
  })

  test('items that have no key', async () => {
    const items = fc.record({ quantity: fc.nat() }) as unknown as fc.Arbitrary<InventoryItem>
    await expect(simulateSync(plain, { runs: 2, items })).rejects.toThrow('items: the key attribute "sku" is missing')
  })

  test('items that are all refused by the schema', async () => {
    const items = fc.record({ sku: fc.constant('A'), quantity: fc.constant('many') })
    const refused = items as unknown as fc.Arbitrary<InventoryItem>
    await expect(simulateSync(plain, { runs: 2, items: refused })).rejects.toThrow('items: the schema refuses')
  })

  test('a warehouse that holds rows before its run begins', async () => {
    const shared = memoryTarget()
    const simulation = simulateSync(
      withEast(() => ({ ...shared })),
      { runs: 50, seed: 1 },
    )
    await expect(simulation).rejects.toThrow(/^targets\.east: holds [123] rows? before the run begins\. Make it within/)
  })
})

describe('simulateSync tells', () => {
  test('what `create` threw, as it was thrown', async () => {
    const thrown = new TypeError('boom')
    const create: Create = () => {
      throw thrown
    }
    await expect(simulateSync(create, { runs: 3 })).rejects.toBe(thrown)
  })

  test('that a snapshot throws, without an end of the process', async () => {
    const broken = () => {
      throw new Error('no snapshot today')
    }
    const simulation = simulateSync(
      withEast(({ clock }) => ({ ...memoryTarget({ clock }), snapshot: broken })),
      { runs: 20, seed: 1 },
    )
    await expect(simulation).rejects.toThrow('targets.east: its snapshot cannot be read: no snapshot today')
  })

  test('that a snapshot never ends', async () => {
    const endless = () => ({
      order: 'none',
      async *pages() {
        await new Promise(() => undefined)
        yield []
      },
    })
    const simulation = simulateSync(
      withEast(({ clock }) => ({ ...memoryTarget({ clock }), snapshot: endless })),
      { runs: 2, seed: 1 },
    )
    await expect(simulation).rejects.toThrow('Something waits for what is not the clock of the run')
  })

  test('a promise once, and the history up to where it was broken', async () => {
    const create = withEast(({ clock }) => ({ ...memoryTarget({ clock, guarded: false }), guarded: true }))
    const message = await simulateSync(create, { runs: 20, seed: 1 }).then(
      String,
      (error: unknown) => (error as Error).message,
    )
    expect(message).toMatch(/^P2: east was set back/)
    expect(message.split('\n').at(-1)).toMatch(/→ applied|what was sent earlier arrives/)
  })

  test('what it found after no more than some hundred runs', { timeout: 120_000 }, async () => {
    let made = 0
    const create = withEast(({ clock }) => {
      made++
      return { ...memoryTarget({ clock }), apply: () => new Promise(() => undefined) }
    })
    await expect(simulateSync(create, { runs: 5, seed: 1 })).rejects.toThrow(/^P3: east holds nothing as/)
    expect(made).toBeLessThan(450)
  })
})
