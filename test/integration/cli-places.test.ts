import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InventoryItem } from 'dynamodb-stream-sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCli, type BuiltCli } from '../support/built-cli.ts'
import { createTable, dynamoDbServers, skipped, type DynamoDbServer } from '../support/dynamodb-servers.ts'
import { parquetFiles, type ParquetFiles } from '../support/parquet-files.ts'
import { startPostgres, withoutPostgres, type PostgresServer } from '../support/postgres-server.ts'
import { fullExport, startS3, writeExport, type S3Server } from '../support/dynamodb-export.ts'
import { fillTable } from '../support/reconcile-places.ts'

let cli: BuiltCli
beforeAll(async () => {
  cli = await builtCli()
}, 120_000)
afterAll(() => cli.remove())

type Row = InventoryItem

const stock: readonly Row[] = Array.from({ length: 250 }, (_, index) => ({ sku: `SKU-${index}`, quantity: index }))
/** One row is missing, one differs, one is a stray. */
const drifted: readonly Row[] = [
  ...stock.slice(1).map((row) => (row.sku === 'SKU-7' ? { ...row, quantity: 1_000 } : row)),
  { sku: 'STRAY', quantity: 2 },
]

const env = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', NODE_NO_WARNINGS: '1', LYON_TOKEN: 't0ken' }
const compare = (source: string, east: string, ...more: readonly string[]) =>
  cli.run(['reconcile', '--source', source, '--warehouse', `east=${east}`, '--settle-ms', '0', ...more], { env })

const found = { warehouses: { east: { rows: 250, missing: 1, mismatch: 1, orphan: 1, unitsSigned: 995 } } }

const [dynoxide] = dynamoDbServers()

describe.skipIf(skipped(dynoxide!))('The bin on tables', () => {
  let server: DynamoDbServer
  beforeAll(async () => {
    server = await dynoxide!.start()
  })
  afterAll(() => server.stop())

  const url = (name: string) => `dynamodb://${name}?region=us-east-1&endpoint=${encodeURIComponent(server.endpoint)}`
  async function table(name: string, rows: readonly Row[]): Promise<string> {
    await createTable(server.client, name, { sku: 'S' })
    await fillTable(server.client, name, rows)
    return url(name)
  }

  it('finds equal tables equal', async () => {
    const [source, east] = [await table('equal-source', stock), await table('equal-east', stock)]
    const ran = await compare(`${source}&segments=2`, `${east}&rcu=1000&consistent=false`)

    expect(ran).toMatchObject({ code: 0, error: '' })
    expect(ran.out).toMatch(/^Equal: east holds what the table says\.\n/)
  })

  it('names what differs', async () => {
    const ran = await compare(await table('source', stock), await table('east', drifted), '--json')

    expect(ran).toMatchObject({ code: 1, error: '' })
    expect(JSON.parse(ran.out)).toMatchObject(found)
  })

  it('could not tell where a table is not there', async () => {
    const ran = await compare(url('none'), await table('alone', stock))

    expect(ran.code).toBe(2)
    expect(ran.error).toMatch(/^source could not be read to its end\. /)
  })
})

describe.skipIf(withoutPostgres())('The bin on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  /** The password is asked for by nobody here. */
  const url = (query: string) =>
    `postgres://postgres:hunter2@localhost/postgres?host=${encodeURIComponent(server.connection.host ?? '')}&${query}`
  async function table(name: string, rows: readonly Row[]): Promise<void> {
    const pool = server.pool()
    await pool.query(`CREATE TABLE "${name}" (sku text PRIMARY KEY, on_hand numeric, note text)`)
    await pool.query(
      `INSERT INTO "${name}" SELECT sku, quantity FROM json_to_recordset($1) AS r(sku text, quantity numeric)`,
      [JSON.stringify(rows)],
    )
    await pool.end()
  }

  it('names what differs between two tables', async () => {
    await table('Stock', stock)
    await table('east', drifted)
    const columns = 'columns=on_hand:quantity'
    const ran = await compare(url(`table=Stock&${columns}`), url(`table=east&schema=public&${columns}`), '--json')

    expect(ran).toMatchObject({ code: 1, error: '' })
    expect(JSON.parse(ran.out)).toMatchObject(found)
  })

  it('could not tell, and never says the password', async () => {
    const ran = await compare(url('table=none'), 'postgres://postgres:hunter2@localhost:1/postgres?table=none')

    expect(ran.code).toBe(2)
    expect(ran.error).toMatch(/source could not be read to its end\. /)
    expect(ran.error).toMatch(/east could not be read to its end\. /)
    expect(ran.error + ran.out).not.toContain('hunter2')
  })

  it('refuses a URL without a table', async () => {
    expect(await compare(url(''), url('table=east'))).toEqual({
      ...{ code: 2, out: '' },
      error: '--source: names no table. Give it as ?table=stock.\n',
    })
  })
})

describe('The bin on Parquet', () => {
  let files: ParquetFiles
  beforeAll(async () => {
    files = await parquetFiles()
  })
  afterAll(() => files.close())

  const valuesOf = (rows: readonly Row[]) =>
    `(VALUES ${rows.map(({ sku, quantity }) => `('${sku}', ${quantity})`).join(', ')}) AS held(sku, quantity)`

  it('names what differs between two files, and between a file and a table of other names', async () => {
    const source = await files.write('table.parquet', `FROM ${valuesOf(stock)}`)
    const east = await files.write(
      'east.parquet',
      `SELECT sku AS article, quantity AS "on hand" FROM ${valuesOf(drifted)}`,
    )
    const columns = `columns=${encodeURIComponent('article:sku,on hand:quantity')}`
    const ran = await compare(`file:${source}`, `file:${east}?${columns}`, '--json')

    expect(ran).toMatchObject({ code: 1, error: '' })
    expect(JSON.parse(ran.out)).toMatchObject(found)
    expect(await compare(`file:${source}`, `file:${files.path('tab*.parquet')}`)).toMatchObject({ code: 0, error: '' })
  })
})

describe('The bin on exports of a table', () => {
  let server: S3Server
  let folder = ''
  beforeAll(async () => {
    server = await startS3()
    folder = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-cli-'))
  })
  afterAll(async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('reads the newest of a bucket, the one that is named, and one on disk', async () => {
    const id = '01768385930622-efd1a093'
    const bucket = await server.bucketOf(fullExport(drifted, { id, prefix: 'daily' }))
    await server.put(bucket, fullExport(stock, { id: '01868385930622-efd1a093', prefix: 'daily' }))
    await writeExport(fullExport(drifted, { id }), folder)
    const place = `table=inventory&region=us-east-1&endpoint=${encodeURIComponent(server.endpoint)}`
    const newest = `dynamodb-export://${bucket}/daily?${place}`

    const named = await compare(newest, `s3://${bucket}/daily/AWSDynamoDB/${id}?${place}`, '--json')
    expect(named).toMatchObject({ code: 1, error: '' })
    expect(JSON.parse(named.out)).toMatchObject(found)
    const onDisk = await compare(newest, `dynamodb-export:${folder}?table=inventory`, '--json')
    expect(JSON.parse(onDisk.out)).toMatchObject(found)
  })

  it('could not tell where the export is of another table, and wants to know of which', async () => {
    await writeExport(fullExport(stock, { tableName: 'other' }), join(folder, 'other'))
    const ran = await compare(
      `dynamodb-export:${folder}/other?table=inventory`,
      `dynamodb-export:${folder}?table=inventory`,
    )
    expect(ran.code).toBe(2)
    expect(ran.error).toContain('inventory is wanted')
    expect(await compare(`dynamodb-export:${folder}`, `dynamodb-export:${folder}`)).toMatchObject({
      ...{ code: 2, out: '' },
      error: '--source: does not say which table was exported. Give it as ?table=stock.\n',
    })
  })
})

describe('The bin on HTTP', () => {
  let server: Server
  let origin = ''
  const asked: (string | undefined)[] = []
  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://wms')
      asked.push(request.headers.authorization)
      const rows = url.pathname === '/drifted' ? drifted : stock
      const after = Number(url.searchParams.get('after') ?? 0)
      const next = after + 100 < rows.length ? after + 100 : null
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ items: rows.slice(after, after + 100), meta: { next } }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    origin = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  const pages = '#cursor=meta.next:after'

  it('follows a cursor', async () => {
    const ran = await compare(`http://${origin}/stock${pages}`, `http://${origin}/drifted${pages}`, '--json')

    expect(ran).toMatchObject({ code: 1, error: '' })
    expect(JSON.parse(ran.out)).toMatchObject(found)
  })

  it('signs in with a token of the environment, or with a name and a password', async () => {
    asked.length = 0
    const ran = await compare(
      `http://${origin}/stock${pages}&bearer=LYON_TOKEN`,
      `http://me:hunter2@${origin}/stock${pages}`,
    )

    expect(ran).toMatchObject({ code: 0, error: '' })
    expect(new Set(asked)).toEqual(new Set(['Bearer t0ken', `Basic ${Buffer.from('me:hunter2').toString('base64')}`]))
  })

  it('says where a service could lead on', async () => {
    const ran = await compare(`http://${origin}/stock#next=meta`, `http://${origin}/stock${pages}`)

    expect(ran.code).toBe(2)
    expect(ran.error).toContain('The body\'s member "meta" is no text that could lead to a next page.')
  })
})
