import type { InventoryItem, SyncConfig, WarehouseTarget } from 'dynamodb-stream-sync'
import { memoryTarget, simulateSync, type SimulatedWorld } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { forgetfulRack, rackTarget } from './rack.ts'

// region config
/** The rules as they are deployed; the world brings clock, chance and DLQ. */
function stockSync(world: SimulatedWorld, rack: WarehouseTarget<InventoryItem>): SyncConfig<InventoryItem> {
  const east = memoryTarget({ clock: world.clock, faults: ['unavailable', 'answerLost'] })
  return { ...world, targets: { east, rack: { target: rack, when: (item) => item.quantity > 0 } } }
}

test('the sync converges, whatever happens', async () => {
  await simulateSync((world) => stockSync(world, rackTarget()), { runs: 50 })
})

test('a rack that forgets what it removed is found', async () => {
  const simulation = simulateSync((world) => stockSync(world, forgetfulRack()), { runs: 50, seed: 8 })

  await expect(simulation).rejects.toThrow(/^P2: rack was set back/)
})
// endregion
