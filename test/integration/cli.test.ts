import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtCli, type BuiltCli } from '../support/built-cli.ts'
import { hostileTexts } from '../support/reports.ts'

let cli: BuiltCli
beforeAll(async () => {
  cli = await builtCli()
}, 120_000)
afterAll(() => cli.remove())

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-cli-'))
  return () => rm(folder, { recursive: true, force: true })
})

const write = (name: string, content: string) =>
  writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(content) : content)
const compare = (...args: readonly string[]) => cli.run(['reconcile', ...args], { cwd: folder })

const csv = (rows: readonly (readonly [sku: string, quantity: unknown])[]) =>
  ['sku,quantity', ...rows.map(([sku, quantity]) => `"${sku.replaceAll('"', '""')}",${String(quantity)}`), ''].join(
    '\n',
  )
const ndjson = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const stock = Array.from({ length: 5_000 }, (_, index) => [`SKU-${index}`, index % 97] as const)

describe('The bin', () => {
  it('ends on Ctrl-C with the report of what was done', async () => {
    await write(
      'endless.mjs',
      `const place = { order: 'none', async *pages() {
         yield [{ item: { sku: 'A1', quantity: 5 } }]
         process.stderr.write('reading')
         await new Promise((resolve) => setTimeout(resolve, 60_000))
       } }
       export default { snapshots: { source: place, warehouses: { east: [{ sku: 'A1', quantity: 5 }] } } }`,
    )
    const { code, out, error } = await cli.run(['reconcile', '--config', 'endless.mjs'], {
      cwd: folder,
      interruptAt: 'reading',
    })

    expect(out).toContain('The run was ended before it was through.')
    expect({ code, error }).toEqual({ code: 2, error: 'reading' })
  })

  it('ends although a config keeps something open', async () => {
    const module = 'setInterval(() => {}, 1000); export default { snapshots: { source: [], warehouses: { east: [] } } }'
    await write('open.mjs', module)

    expect(await compare('--config', 'open.mjs')).toMatchObject({ code: 0, error: '' })
  })

  it('says its version and its usage', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }

    expect(await cli.run(['--version'])).toEqual({ code: 0, out: `${version}\n`, error: '' })
    const refused = { code: 2, out: '', error: '--sauce: is no option. Was --source meant?\n' }
    expect(await cli.run(['reconcile', '--sauce'])).toEqual(refused)
  })
})

const noTerminal = spawnSync('script', ['--version'], { stdio: 'ignore' }).status !== 0

describe.skipIf(noTerminal)('The bin on a terminal', () => {
  it.each([
    ['draws progress, and colours the report', {}, true],
    ['does neither with NO_COLOR', { NO_COLOR: '1' }, false],
  ])('%s', async (_, env, isColourful) => {
    await write(
      'slow.mjs',
      `const place = { order: 'none', async *pages() {
         yield [{ item: { sku: 'A1', quantity: 5 } }]
         await new Promise((resolve) => setTimeout(resolve, 1_000)) // five times that of a drawing
       } }
       export default { snapshots: { source: place, warehouses: { east: [] } } }`,
    )
    const command = `${process.execPath} ${cli.main} reconcile --config slow.mjs`
    const terminal = { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env }
    const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: terminal,
    }).catch((error: unknown) => error as { stdout: string }) // its exit code is the command's

    expect(/source +1 row /.test(stdout)).toBe(isColourful)
    expect(stdout.includes('\x1b[31m')).toBe(isColourful)
    expect(stdout).toContain('Drift: 1 difference at east')
  })
})

describe('The bin on files', () => {
  it('finds equal files equal, whatever their kinds and orders, and prints plain text', async () => {
    await write('table.csv', csv(stock))
    await write('east.ndjson.gz', ndjson([...stock].reverse().map(([sku, quantity]) => ({ sku, quantity, shelf: 1 }))))
    await write('west.csv', ['QTY;ARTICLE', ...stock.map(([sku, quantity]) => `${quantity}.0;${sku}`), ''].join('\r\n'))
    const ran = await compare(
      ...['--source', 'file:table.csv', '--warehouse', 'east=file:east.ndjson.gz'],
      ...['--warehouse', 'west=file:./west.csv?delimiter=;&columns=ARTICLE:sku,QTY:quantity'],
    )

    expect(ran).toMatchObject({ code: 0, error: '' })
    expect(ran.out).toMatch(/^Equal: east and west hold what the table says\.\n/)
    // eslint-disable-next-line no-control-regex -- a pipe is no terminal
    expect(ran.out).not.toMatch(/\x1b/)
  })

  it('compares numbers of any size exactly, with texts too', async () => {
    await write('table.ndjson', '{"id":7,"quantity":12345678901234567890,"price":0.10}\n')
    await write('east.csv', 'id,quantity,price\n7,12345678901234567891,0.1\n')
    const fields = ['--key', 'id:number', '--fields', 'quantity,price', '--json']
    const { code, out } = await compare('--source', 'file:table.ndjson', '--warehouse', 'east=file:east.csv', ...fields)

    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      warehouses: { east: { mismatch: 1, missing: 0, unitsSigned: 1 } },
      sample: [{ expected: { id: 7, quantity: { N: '12345678901234567890' }, price: 0.1 } }],
    })
  })

  it('writes every difference to a file, and prints the worst ones', async () => {
    await write('table.csv', csv(stock))
    await write('east.csv', csv(stock.map(([sku, quantity]) => [sku, quantity + 1])))
    const places = ['--source', 'file:table.csv', '--warehouse', 'east=file:east.csv']
    const ran = await compare(...places, '--jsonl', 'drift.jsonl', '--html', 'report.html')

    expect(ran).toMatchObject({ code: 1, error: '' })
    expect(ran.out).toContain('Worst by units: 10 of 5,000 differences')
    const lines = (await readFile(join(folder, 'drift.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(2 + 5_000)
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toMatch(/<\/html>\s*$/)
    expect((await readdir(folder)).sort()).toEqual(['drift.jsonl', 'east.csv', 'report.html', 'table.csv'])
    expect(await compare(...places, '--tolerance', '1')).toMatchObject({ code: 0 })
  })

  it('prints nothing that a terminal would obey, whatever the keys are', async () => {
    const keys = hostileTexts.filter((text) => text !== '' && !/\p{Surrogate}/u.test(text))
    await write('table.csv', csv([]))
    await write('east.ndjson', ndjson(keys.map((sku) => ({ sku, quantity: 1 }))))
    const ran = await compare('--source', 'file:table.csv', '--warehouse', 'east=file:east.ndjson')

    expect(ran).toMatchObject({ code: 1, error: '' })
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(ran.out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]/)
  })

  it.each<readonly [string, string, string, RegExp]>([
    [
      'a file that is not there',
      'none.csv',
      '',
      /^east could not be read to its end\. none\.csv cannot be read \(ENOENT\)\. There is none of that name\.\n$/,
    ],
    [
      'a line that is no JSON',
      'east.ndjson',
      '{"sku":"A1","quantity":1}\n{"sku":\n',
      /^(east could not be read to its end\. )?east\.ndjson, line 2 /,
    ],
    ['a row without a key', 'east.csv', 'sku,quantity\n,1\n', /east\.csv, line 2 /],
    ['a quantity that is none', 'east.csv', 'sku,quantity\nA1,many\n', /east\.csv, line 2 .* no number /],
    [
      'rows that are not sorted',
      'east.csv?order=key',
      'sku,quantity\nB2,1\nA1,1\n',
      /"east" promised keys in UTF-8 byte order/,
    ],
  ])('could not tell: %s', async (_, file, content, error) => {
    await write('table.csv', csv([['A1', 1]]))
    if (content !== '') await write(file.split('?')[0]!, content)
    const ran = await compare('--source', 'file:table.csv', '--warehouse', `east=file:${file}`)

    expect(ran.code).toBe(2)
    expect(ran.error).toMatch(error)
    expect(ran.error).not.toMatch(/many|\n.+/)
  })

  it('could not tell: an attribute that no row has', async () => {
    await write('table.csv', csv([['A1', 1]]))
    const ran = await compare('--source', 'file:table.csv', '--warehouse', 'east=file:table.csv', '--fields', 'stock')

    const error =
      '--fields: no row of source has the attribute "stock", so that nothing could be compared. Name attributes that the rows have.\n'
    expect(ran).toEqual({ code: 2, out: '', error })
  })
})

describe('The guide', () => {
  it('shows what the command prints', async () => {
    const guide = await readFile('docs/guides/reconcile-cli.md', 'utf8')
    for (const [, name = '', content = ''] of guide.matchAll(/^`([\w.]+)`:\n\n```\w+\n([^]*?)^```$/gm))
      await write(name, content)
    const sessions = [...guide.matchAll(/^```console\n\$ npx dynamodb-stream-sync (.*)\n([^]*?)^```$/gm)]
    const told = sessions.filter(([, , printed]) => printed !== '' && !printed?.startsWith('$'))

    expect(told).toHaveLength(2)
    for (const [, command = '', printed = ''] of told) {
      const { out } = await cli.run(command.split(' '), { cwd: folder })
      expect(lasting(printed)).toBe(lasting(out))
    }
  })
})

/** What is the same in every run. */
function lasting(printed: string): string {
  return printed
    .replace(/^(Started +).*$/m, '$1…')
    .replace(/^(Run +).*$/m, '$1…')
    .replace(/"runId":"[^"]*","startedAt":"[^"]*","endedAt":"[^"]*"/, '…')
}
