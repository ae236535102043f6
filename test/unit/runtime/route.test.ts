import type { InventoryItem } from 'dynamodb-stream-sync'
import { streamRecord } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { synced } from '../../support/decoding.ts'

const at = (site: string) => (item: InventoryItem) => item['site'] === site
const sites = { east: at('east'), west: at('west'), all: undefined }
const stock = (site: string, quantity = 1) => ({ sku: 'A1', quantity, site })

async function routed(...records: readonly Parameters<typeof streamRecord>[0][]) {
  const { got } = await synced<InventoryItem>(records.map(streamRecord), {}, sites)
  return got.map(({ target, type }) => `${target} ${type}`).sort()
}

test('an item goes to the targets that accept it', async () => {
  expect(await routed({ newImage: stock('east') })).toEqual(['all upsert', 'east upsert'])
})

test('a move is a removal where the item was and a write where it is', async () => {
  expect(await routed({ newImage: stock('west'), oldImage: stock('east') })).toEqual([
    'all upsert',
    'east removal',
    'west upsert',
  ])
})

test('a move and a removal in one batch are removals at both (history 5)', async () => {
  const gone = await routed({ newImage: stock('west'), oldImage: stock('east') }, { oldImage: stock('west') })
  expect(gone).toEqual(['all removal', 'east removal', 'west removal'])
})

test('an insertion redelivered with its move is a removal where it was first (history 6)', async () => {
  const moved = await routed({ newImage: stock('west') }, { newImage: stock('north'), oldImage: stock('west') })
  expect(moved).toEqual(['all upsert', 'west removal'])
})

test('an item that leaves the sync’s own filter is removed at every target that held it', async () => {
  const record = streamRecord({ newImage: stock('east', 0), oldImage: stock('east', 1) })
  const { got } = await synced<InventoryItem>([record], { when: ({ quantity }) => quantity > 0 }, sites)
  // `when` of the whole sync reaches each route
  expect(got.map(({ target, type }) => `${target} ${type}`).sort()).toEqual(['all removal', 'east removal'])
})
