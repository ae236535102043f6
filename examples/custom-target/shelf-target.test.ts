import { warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { shelfTarget } from './shelf-target.ts'
import { startShelf, type ShelfServer } from './shelf-server.ts'

let shelf: ShelfServer
beforeAll(async () => void (shelf = await startShelf()))
afterAll(() => shelf.stop())

describe('shelfTarget keeps what a warehouse target promises', () => {
  for (const { name, check } of warehouseTargetContract({ create: () => shelfTarget(shelf) })) test(name, check)
})
