import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCli, type BuiltCli } from '../support/built-cli.ts'
import { createTable, dynamoDbServers, skipped, type DynamoDbServer } from '../support/dynamodb-servers.ts'
import { hostileTexts } from '../support/reports.ts'

let cli: BuiltCli
let folder = ''
beforeAll(async () => {
  cli = await builtCli()
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-cli-'))
}, 120_000)
afterAll(async () => {
  await cli.remove()
  await rm(folder, { recursive: true, force: true })
})

interface Row {
  readonly sku: string
  readonly quantity: number
}

const stock: readonly Row[] = Array.from({ length: 250 }, (_, index) => ({ sku: `SKU-${index}`, quantity: index }))

/** Ctrl-C comes while a place is read. */
const endless = `
const place = { order: 'none', async *pages() {
  yield [{ item: { sku: 'A1', quantity: 5 } }]
  process.stderr.write('reading')
  await new Promise((resolve) => setTimeout(resolve, 60_000))
} }
export default { snapshots: { source: place, warehouses: { east: [{ sku: 'A1', quantity: 5 }] } } }`

describe('The bin', () => {
  it('ends on Ctrl-C with the report of what was done', async () => {
    const config = join(folder, 'endless.mjs')
    await writeFile(config, endless)
    const { code, out, error } = await cli.run(['reconcile', '--config', config], { interruptAt: 'reading' })

    expect(out).toContain('The run was ended before it was through.')
    expect({ code, error }).toEqual({ code: 2, error: 'reading' })
  })

  it('ends although a config keeps something open', async () => {
    const config = join(folder, 'open.mjs')
    await writeFile(
      config,
      'setInterval(() => {}, 1000); export default { snapshots: { source: [], warehouses: { east: [] } } }',
    )

    expect(await cli.run(['reconcile', '--config', config])).toMatchObject({ code: 0, error: '' })
  })

  it('says its version and its usage', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }

    expect(await cli.run(['--version'])).toEqual({ code: 0, out: `${version}\n`, error: '' })
    expect(await cli.run(['reconcile', '--sauce'])).toEqual({
      code: 2,
      out: '',
      error: '--sauce: is no option. Was --source meant?\n',
    })
  })
})

const [dynoxide] = dynamoDbServers()

describe.skipIf(skipped(dynoxide!))('The bin on tables', () => {
  let server: DynamoDbServer
  beforeAll(async () => {
    server = await dynoxide!.start()
  })
  afterAll(() => server.stop())

  async function table(name: string, rows: readonly Row[]): Promise<string> {
    await createTable(server.client, name, { sku: 'S' })
    for (let start = 0; start < rows.length; start += 25)
      await server.client.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [name]: rows.slice(start, start + 25).map((row) => ({ PutRequest: { Item: marshall(row) } })),
          },
        }),
      )
    return `dynamodb://${name}?region=us-east-1&endpoint=${encodeURIComponent(server.endpoint)}`
  }

  const env = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', NODE_NO_WARNINGS: '1' }
  const compare = (source: string, east: string, ...more: readonly string[]) =>
    cli.run(['reconcile', '--source', source, '--warehouse', `east=${east}`, '--settle-ms', '0', ...more], { env })

  it('finds equal tables equal', async () => {
    const ran = await compare(await table('equal-source', stock), await table('equal-east', stock))

    expect(ran).toMatchObject({ code: 0, error: '' })
    expect(ran.out).toMatch(/^Equal: east holds what the table says\.\n/)
  })

  it('names what differs, in every form', async () => {
    const changed = stock.slice(1).map((row) => (row.sku === 'SKU-7' ? { ...row, quantity: 1_000 } : row))
    const [source, east] = [
      await table('source', stock),
      await table('east', [...changed, { sku: 'STRAY', quantity: 2 }]),
    ]
    const file = join(folder, 'drift.jsonl')
    const ran = await compare(source, east, '--jsonl', file)

    expect(ran).toMatchObject({ code: 1, error: '' })
    expect(ran.out).toMatch(/^Drift: 3 differences at east, 995 units in all\.\n/)
    const lines = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ type }) => type)).toEqual(['report', 'warehouse', 'drift', 'drift', 'drift'])
    expect(
      new Set(lines.slice(2).map(({ kind, key, units }) => `${String(kind)} ${String(key)} ${String(units)}`)),
    ).toEqual(new Set(['missing SKU-0 0', 'mismatch SKU-7 993', 'orphan STRAY 2']))
    const json = await compare(source, east, '--json')
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'drift', sourceRows: 250 })
    const page = await compare(source, east, '--html', '-')
    expect(page.out).toMatch(/^<!doctype html>[^]*<\/html>\s*$/)
  })

  it('prints nothing that a terminal would obey, whatever the keys are', async () => {
    const rows = hostileTexts
      .filter((text) => text !== '' && !/\p{Surrogate}/u.test(text) && text.length < 500)
      .map((sku) => ({ sku, quantity: 1 }))
    const ran = await compare(await table('hostile', rows), await table('empty', []))

    expect(ran.code).toBe(1)
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(ran.out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  })

  it('could not tell where a table is not there', async () => {
    const none = `dynamodb://none?region=us-east-1&endpoint=${encodeURIComponent(server.endpoint)}`
    const ran = await compare(none, await table('alone', stock))

    expect(ran.code).toBe(2)
    expect(ran.error).toMatch(/^source could not be read to its end\. /)
  })
})
