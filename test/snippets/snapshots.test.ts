import { reconcile } from 'dynamodb-stream-sync'
import { snapshotContract } from 'dynamodb-stream-sync/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { readAll, refusal, snapshotFiles } from '../support/snapshot-files.ts'
import { startWmsServer } from '../support/wms-server.ts'
import {
  austinFile,
  berlinFile,
  guardedFile,
  lyon,
  rome,
  shelfItems,
  shelfSnapshot,
  type ShelfRow,
  type Shelves,
} from './snapshots.ts'

const files = snapshotFiles()
afterAll(() => files.remove())

const itemsIn = async (snapshot: Parameters<typeof readAll>[0]) =>
  (await readAll(snapshot)).rows.map(({ item }) => item)

test('a CSV file of several sites is read as one of them', async () => {
  const austin = (onHand: string) =>
    files.write('austin.csv', `article;site;on_hand\nB2;berlin;9\nA1;austin;${onHand}\n`)
  expect(await itemsIn(austinFile(austin('5')))).toEqual([{ sku: 'A1', quantity: 5 }])
  expect(await refusal(austinFile(austin('')))).toMatchObject({
    message: expect.stringContaining('line 3 made the row function throw') as string,
  })
  expect(lyon.order).toBe('none')
})

test('lines of JSON are items or entries', async () => {
  expect(await itemsIn(berlinFile(files.write('berlin.ndjson.gz', '{"sku":"A1","quantity":5}\n')))).toEqual([
    { sku: 'A1', quantity: 5 },
  ])
  const lines =
    '{"item":{"sku":"A1","quantity":5},"version":"000000/2026-03-01/7"}\n' +
    '{"item":{"sku":"B2"},"version":"000000/2026-03-01/9","removed":true}\n'
  expect((await readAll(guardedFile(files.write('guarded.ndjson', lines)))).rows).toMatchObject([
    { key: 'A1', version: '000000/2026-03-01/7' },
    { key: 'B2', removed: true },
  ])
})

test('pages are followed by their cursor', async () => {
  const server = await startWmsServer({
    fault: ({ url }) => {
      const page = url.includes('cursor=B%202')
        ? { stock: [{ sku: 'B 2', onHand: 7 }] }
        : { stock: [{ sku: 'A1', onHand: 5 }], cursor: 'B 2' }
      return { answer: { status: 200, body: JSON.stringify(page) } }
    },
  })
  expect(await itemsIn(rome(server.url, 'token'))).toEqual([
    { sku: 'A1', quantity: 5 },
    { sku: 'B 2', quantity: 7 },
  ])
  expect(server.requests().map(({ url }) => url)).toEqual(['/stock?limit=1000', '/stock?limit=1000&cursor=B%202'])
  await server.stop()
})

test('an async generator is a place', async () => {
  const report = await reconcile({
    source: [{ sku: 'A1', quantity: 5 }],
    warehouses: { berlin: shelfItems(shelvesOf([{ sku: 'A1', onHand: 5 }])) },
  })
  expect(report.verdict).toBe('equal')
})

/** Shelves that give 500 rows at a time. */
function shelvesOf(rows: readonly ShelfRow[]): Shelves {
  return {
    list: async (cursor = '0') => {
      const end = Number(cursor) + 500
      return { rows: rows.slice(Number(cursor), end), next: end < rows.length ? String(end) : undefined }
    },
  }
}

// region prove
describe('shelfSnapshot keeps what a snapshot promises', () => {
  const create = (rows: readonly object[]) => {
    const held = rows as readonly { readonly sku: string; readonly quantity: number }[]
    return shelfSnapshot(shelvesOf(held.map(({ sku, quantity }) => ({ sku, onHand: quantity }))))
  }
  for (const { name, check } of snapshotContract({ create })) test(name, check)
})
// endregion
