import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dynamoDbExportSnapshot } from 'dynamodb-stream-sync/snapshots/dynamodb-export'
import { snapshotContract } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fullExport, incrementalExport, type S3Server, startS3, writeExport } from '../support/dynamodb-export.ts'
import { allOf } from '../support/stock-changes.ts'

const tableName = 'inventory'
let server: S3Server
let home: string
let folders = 0

beforeAll(async () => {
  server = await startS3()
  home = await mkdtemp(join(tmpdir(), 'export-'))
})
afterAll(async () => {
  await server.stop()
  await rm(home, { recursive: true })
})

/** How many files this process has open below the folder of the exports. */
async function openFiles(): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
  return (await Promise.all(links)).filter((path) => path.startsWith(home)).length
}

async function onDisk(files: ReturnType<typeof fullExport>): Promise<string> {
  const folder = join(home, String((folders += 1)))
  await writeExport(files, folder)
  return folder
}

describe('an export on disk keeps the published contract', () => {
  const create = async (rows: readonly object[]) =>
    dynamoDbExportSnapshot({ tableName, folder: await onDisk(fullExport(rows, { files: 5 })) })
  const held = process.platform === 'linux' ? openFiles : undefined
  for (const { name, check } of snapshotContract({ create, held })) test(name, check)
})

describe('an export on an S3 server keeps the published contract', () => {
  const create = async (rows: readonly object[]) =>
    dynamoDbExportSnapshot({
      tableName,
      bucket: await server.bucketOf(fullExport(rows, { prefix: 'hourly', files: 5 })),
      prefix: 'hourly',
      client: server.client,
    })
  for (const { name, check } of snapshotContract({ create })) test(name, check)
})

describe('an export on an S3 server', () => {
  const items = [
    { sku: 'A', quantity: 12345678901234567890n, more: { list: [1, null, true] } },
    { sku: 'B', quantity: { value: '0.12345678901234567890123' }, code: new Uint8Array([0, 255]) },
    { sku: '{"c":1}\n', tags: new Set(['x', 'y']), map: JSON.parse('{ "__proto__": 1 }') as object },
  ]

  test('is decoded as the stream is, and says when it was made', async () => {
    const bucket = await server.bucketOf(fullExport(items))
    const { entries, summary } = await allOf(dynamoDbExportSnapshot({ tableName, bucket, client: server.client }))
    expect(entries).toHaveLength(3)
    expect(entries).toEqual(expect.arrayContaining(items.map((item) => ({ item }))))
    const time = new Date('2026-01-14T10:18:50.622Z')
    expect(summary).toEqual({ startedAt: time, endedAt: time, complete: true, rows: 3 })
  })

  test('is found by its manifest, by its prefix, and the newest finished one is taken', async () => {
    const older = fullExport([{ sku: 'old' }], { id: '01700000000000-aaaaaaaa', prefix: 'p/q' })
    const bucket = await server.bucketOf(older)
    await server.put(bucket, fullExport([{ sku: 'new' }], { id: '01800000000000-00000000', prefix: 'p/q' }))
    await server.put(bucket, new Map([['p/q/AWSDynamoDB/01900000000000-bbbbbbbb/_started', Buffer.alloc(0)]]))
    await server.put(bucket, new Map([['p/q/AWSDynamoDB/data/x.json.gz', Buffer.alloc(0)]]))
    const skus = async (where: object) => {
      const options = { tableName, bucket, client: server.client, ...where }
      return (await allOf(dynamoDbExportSnapshot(options))).entries.map(({ item }) => item['sku'])
    }
    expect(await skus({ prefix: 'p/q' })).toEqual(['new'])
    expect(await skus({ prefix: 'p/q/' })).toEqual(['new'])
    const manifest = 'p/q/AWSDynamoDB/01700000000000-aaaaaaaa/manifest-summary.json'
    expect(await skus({ manifest })).toEqual(['old'])
    await expect(skus({ prefix: 'p' })).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' })
  })

  test('an incremental one gives new states and tombstones, and is no complete place', async () => {
    const changes = [
      { keys: { sku: 'A' }, newImage: { sku: 'A', quantity: 5 } },
      { keys: { sku: 'B' }, newImage: { sku: 'B', quantity: 7 }, oldImage: { sku: 'B', quantity: 6 } },
      { keys: { sku: 'C' }, oldImage: { sku: 'C', quantity: 1 } },
      { keys: { sku: 'D' } },
    ]
    const files = incrementalExport(changes, { prefix: 'changes' })
    const bucket = await server.bucketOf(files)
    const options = { tableName, bucket, prefix: 'changes', client: server.client }
    const { entries, summary } = await allOf(dynamoDbExportSnapshot(options))
    const expected = [
      { item: { sku: 'A', quantity: 5 } },
      { item: { sku: 'B', quantity: 7 } },
      { item: { sku: 'C' }, removed: true },
      { item: { sku: 'D' }, removed: true },
    ]
    expect(entries).toHaveLength(4)
    expect(entries).toEqual(expect.arrayContaining(expected))
    expect(summary).toEqual({
      startedAt: new Date('2026-01-14T10:20:00.000Z'),
      endedAt: new Date('2026-01-14T10:35:00.000Z'),
      complete: false,
      rows: 4,
    })
    const folder = await onDisk(files)
    expect((await allOf(dynamoDbExportSnapshot({ tableName, folder: join(folder, 'changes') }))).entries).toHaveLength(
      4,
    )
  })

  test('data files of some megabytes are read side by side', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ sku: `A${index}`, text: `${index}`.repeat(40) }))
    const bucket = await server.bucketOf(fullExport(many, { files: 4 }))
    const { entries, summary } = await allOf(dynamoDbExportSnapshot({ tableName, bucket, client: server.client }))
    expect(new Set(entries.map(({ item }) => item['sku'])).size).toBe(20_000)
    expect(summary).toMatchObject({ complete: true, rows: 20_000 })
  })

  test('a bucket that is not there is unavailable, with a remedy', async () => {
    const snapshot = dynamoDbExportSnapshot({ tableName, bucket: 'not-there', client: server.client })
    await expect(allOf(snapshot)).rejects.toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: expect.stringContaining('Check bucket') as string,
    })
  })

  test('a data file that is missing makes the export end', async () => {
    const files = fullExport(items)
    files.delete([...files.keys()].find((key) => key.endsWith('.json.gz'))!)
    const bucket = await server.bucketOf(files)
    await expect(allOf(dynamoDbExportSnapshot({ tableName, bucket, client: server.client }))).rejects.toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(/^s3:.*\.json\.gz is missing/) as string,
    })
  })
})
