import type { DlqSink, InventoryItem, SyncConfig } from 'dynamodb-stream-sync'
import { memoryTarget, simulateSync, type SimulatedWorld } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'

/** A sink that counts what passes it, as a team's own may. */
function counting(sink: DlqSink, count: (letters: number) => void): DlqSink {
  return {
    send: (letters, context) => {
      count(letters.length)
      return sink.send(letters, context)
    },
  }
}

test('a DLQ may be wrapped, and given to one route alone', async () => {
  const seen = { all: 0, west: 0 }
  const create = ({ clock, random, dlq }: SimulatedWorld): SyncConfig<InventoryItem> => ({
    clock,
    random,
    dlq: counting(dlq, (letters) => (seen.all += letters)),
    targets: {
      east: memoryTarget(),
      west: { target: memoryTarget(), dlq: counting(dlq, (letters) => (seen.west += letters)) },
    },
  })
  await simulateSync(create, { runs: 40, seed: 1 })
  expect(seen.all).toBeGreaterThan(0)
  expect(seen.west).toBeGreaterThan(0)
})

test('without a DLQ nothing is parked, and all converges once faults end', async () => {
  await simulateSync(({ clock, random }) => ({ clock, random, targets: { east: memoryTarget() } }), {
    runs: 20,
    seed: 1,
  })
})

test('a run that fails is repeated by its seed and its path', async () => {
  const broken = ({ clock, random, dlq }: SimulatedWorld): SyncConfig<InventoryItem> => ({
    ...{ clock, random, dlq },
    targets: { east: { ...memoryTarget(), guarded: true, apply: () => Promise.resolve('applied') } },
  })
  const message = await simulateSync(broken, { runs: 20, seed: 1 }).then(
    String,
    (error: unknown) => (error as Error).message,
  )
  const path = /path "([^"]+)"/.exec(message)?.[1]
  expect(path).toBeDefined()
  const again = await simulateSync(broken, { runs: 1, seed: 1, path }).then(
    String,
    (error: unknown) => (error as Error).message,
  )
  expect(again.split('\n\n')[1]).toBe(message.split('\n\n')[1])
})
