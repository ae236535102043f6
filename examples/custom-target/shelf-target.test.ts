import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askShelf } from './ask-shelf.ts'
import { shelfTarget } from './shelf-target.ts'
import { startShelf, type ShelfServer } from './shelf-server.ts'

let shelf: ShelfServer
beforeAll(async () => void (shelf = await startShelf()))
afterAll(() => shelf.stop())

describe('shelfTarget keeps what a warehouse target promises', () => {
  for (const { name, check } of warehouseTargetContract({ create: () => shelfTarget(shelf) })) test(name, check)
})

test('a call ends when its signal aborts, whatever the shelf does', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const stop = new AbortController()
  const asked = askShelf({ host: '127.0.0.1', port }, 'GET []', stop.signal)
  stop.abort()
  await expect(asked).rejects.toThrow('did not answer in time')
  silent.close()
})
