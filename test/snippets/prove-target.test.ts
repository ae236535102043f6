// region proof
import { warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { forgetfulRack, rackTarget } from './rack.ts'

describe('the rack keeps what a warehouse target promises', () => {
  const clauses = warehouseTargetContract({ create: () => rackTarget(), abilities: ['guarded', 'read', 'snapshot'] })
  for (const { name, check } of clauses) test(name, check)
})
// endregion

// region found
test('a rack that forgets its removals is found', async () => {
  const broken: string[] = []
  for (const { name, check } of warehouseTargetContract({ create: forgetfulRack }))
    await check().catch(() => broken.push(name))

  expect(broken).toEqual([
    'guarded: an older upsert does not bring a removed item back',
    'guarded: an older removal after a newer one is a success',
    'guarded: the removal of an item that it never held keeps an older upsert away',
    'guarded: any order and any duplicates end in the newest state',
    'guarded: concurrent writes of one item end in the newest',
    'read: answers rows and tombstones with the version that it was given',
    'snapshot: holds rows and tombstones with the version that they were given',
  ])
})
// endregion
