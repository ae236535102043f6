import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../../src/cli/run-cli.ts'
import { parquetFiles } from '../../support/parquet-files.ts'
import { fakeTerminal, type FakeTerminal } from '../../support/fake-terminal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a place does as soon as it was read from. */
const interrupting: { now: () => void } = { now: () => undefined }
Object.assign(globalThis, { interrupting })

let modules = 0
/** A module whose default export is this. */
async function config(text: string, ending = 'mjs'): Promise<string> {
  const file = join(folder, `config-${String(modules++)}.${ending}`)
  await writeFile(file, ending === 'cjs' ? `module.exports = ${text}` : `export default ${text}`)
  return file
}

async function run(terminal: FakeTerminal, ...args: readonly string[]) {
  const code = await runCli(args, terminal, '1.2.3')
  return { code, ...terminal.told() }
}

const arrays = (east: string, options = '{}') =>
  `({ snapshots: { source: [{ sku: 'A1', quantity: 5 }, { sku: 'B2', quantity: 3 }], warehouses: { east: ${east} } }, options: ${options} })`
const equal = arrays(`[{ sku: 'A1', quantity: 5 }, { sku: 'B2', quantity: 3 }]`)
const drifted = arrays(`[{ sku: 'A1', quantity: 4 }]`)
/** A place in the module's own words. */
const place = (body: string) => `{ order: 'none', async *pages({ signal }) { ${body} } }`

describe('exit codes and what is printed', () => {
  test('0: all places are equal', async () => {
    const ran = await run(fakeTerminal(), 'reconcile', '--config', await config(equal))
    expect(ran).toMatchObject({ code: 0, error: '' })
    expect(ran.out).toMatch(/^Equal: east holds what the table says\.\n/)
  })

  test('1: something differs', async () => {
    const ran = await run(fakeTerminal(), 'reconcile', '--config', await config(drifted))
    expect(ran).toMatchObject({ code: 1, error: '' })
    expect(ran.out).toMatch(/^Drift: 2 differences at east, 4 units in all\.\n/)
  })

  test('2: a place broke off, and why', async () => {
    const broken = place(`yield [{ item: { sku: 'A1', quantity: 5 } }]; throw new Error('the line went dead')`)
    const ran = await run(fakeTerminal(), 'reconcile', '--config', await config(arrays(broken)))
    expect(ran.code).toBe(2)
    expect(ran.out).toMatch(/^Could not tell: no drift was found, but not everything at east could be compared\.\n/)
    expect(ran.error).toBe('east could not be read to its end. the line went dead\n')
  })

  test('2: a place breaks its word', async () => {
    const ran = await run(fakeTerminal(), 'reconcile', '--config', await config(arrays(place(`yield [{ item: {} }]`))))
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.error).toBe('"east" gave a row without a key. The key attribute "sku" is missing.\n')
  })

  test('2: no row of the table could be compared, though none differs', async () => {
    const ran = await run(
      fakeTerminal(),
      'reconcile',
      '--config',
      await config(`({ snapshots: {
      source: ${place(`yield [{ item: { sku: 'A1', quantity: 'five' } }]`)}, warehouses: { east: [] } } })`),
    )
    expect(ran.code).toBe(2)
  })

  test('2: an attribute that no row has, where DuckDB compares the files', async () => {
    const files = await parquetFiles()
    const file = await files.write('stock.parquet', `SELECT 'A1' AS sku, 5 AS quantity, NULL::INTEGER AS price`)
    const none = await files.write('none.parquet', `SELECT 'A1' AS sku, 5 AS quantity WHERE false`)
    const compared = async (fields: string, source: string, east: string) =>
      run(
        fakeTerminal(),
        ...['reconcile', '--source', `file:${source}`, '--warehouse', `east=file:${east}`, '--fields', fields],
      )
    for (const fields of ['price', 'quantity,on_hand']) {
      const ran = await compared(fields, file, file)
      expect(ran).toMatchObject({ code: 2, out: '' })
      expect(ran.error).toMatch(/^--fields: no row of source has the attribute "(price|on_hand)"/)
    }
    expect(await compared('quantity', file, file)).toMatchObject({ code: 0, error: '' })
    expect(await compared('price', none, none)).toMatchObject({ code: 0, error: '' })
    files.close()
  })

  test('a key that is a number is the same one as a text in a Parquet file', async () => {
    const files = await parquetFiles()
    const source = await files.write('numbers.parquet', `SELECT unnest([7, 10]) AS sku, 5 AS quantity`)
    const east = await files.write('texts.parquet', `SELECT unnest(['7', '10']) AS sku, 5 AS quantity`)
    const places = ['--source', `file:${source}`, '--warehouse', `east=file:${east}`]
    const ran = await run(fakeTerminal(), 'reconcile', ...places, '--key', 'sku:number')
    expect(ran).toMatchObject({ code: 0, error: '' })
    files.close()
  })

  test('--help, --version, and nothing at all', async () => {
    expect(await run(fakeTerminal(), '--version')).toEqual({ code: 0, out: '1.2.3\n', error: '' })
    const help = await run(fakeTerminal(), '--help')
    expect(help).toMatchObject({ code: 0, error: '' })
    expect(await run(fakeTerminal())).toEqual({ code: 2, out: '', error: help.out })
  })

  test('help is within 110 columns', async () => {
    const { out } = await run(fakeTerminal(), '--help')
    expect(out.split('\n').filter((line) => line.length > 110)).toEqual([])
  })
})

describe('forms of the report', () => {
  test('--json is all of standard output', async () => {
    const { out, code } = await run(
      fakeTerminal({ errorColumns: 80 }),
      'reconcile',
      '--json',
      '--config',
      await config(drifted),
    )
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'drift', warehouses: { east: { missing: 1, mismatch: 1 } } })
  })

  test('--jsonl and --html are files, beside the text, and nothing else is left behind', async () => {
    const [lines, page] = [join(folder, 'a.jsonl'), join(folder, 'a.html')]
    const before = await readdir(folder)
    const file = await config(drifted)
    const { out } = await run(fakeTerminal(), 'reconcile', '--config', file, '--jsonl', lines, '--html', page)
    expect(out).toMatch(/^Drift/)
    const types = (await readFile(lines, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).toEqual(['report', 'warehouse', 'drift', 'drift'])
    expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>/)
    expect((await readdir(folder)).filter((name) => !before.includes(name)).sort()).toEqual(
      ['a.html', 'a.jsonl', file.slice(folder.length + 1)].sort(),
    )
  })

  test('- is standard output', async () => {
    const { out } = await run(fakeTerminal(), 'reconcile', '--config', await config(drifted), '--jsonl', '-')
    expect(out.trimEnd().split('\n')).toHaveLength(4)
    const page = await run(fakeTerminal(), 'reconcile', '--config', await config(drifted), '--html', '-')
    expect(page.out).toMatch(/^<!doctype html>[^]*<\/html>\s*$/)
  })

  test('a file that cannot be written is known before anything is read', async () => {
    const file = join(folder, 'no', 'such', 'folder.html')
    const ran = await run(fakeTerminal(), 'reconcile', '--config', await config('neverRead()'), '--html', file)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.error).toContain(`--html: ${JSON.stringify(file)} cannot be written.`)
  })

  test('a folder is known before anything is read, and one file for two forms', async () => {
    const equalConfig = await config(equal)
    const into = await run(fakeTerminal(), 'reconcile', '--config', equalConfig, '--html', folder)
    expect(into).toMatchObject({ code: 2, out: '' })
    expect(into.error).toMatch(/^--html: ".*" is a folder\. Name a file in it\.\n$/)
    const file = join(folder, 'both')
    const both = await run(fakeTerminal(), 'reconcile', '--config', equalConfig, '--html', file, '--jsonl', file)
    expect(both).toMatchObject({ code: 2, error: '--html: and --jsonl name the same file. Give each its own.\n' })
  })

  test('of two files neither is begun where one cannot be written', async () => {
    const files = ['--html', join(folder, 'c.html'), '--jsonl', join(folder, 'no', 'c.jsonl')]
    expect((await run(fakeTerminal(), 'reconcile', '--config', await config(drifted), ...files)).code).toBe(2)
    expect((await readdir(folder)).filter((name) => name.startsWith('c.'))).toEqual([])
  })

  test('a run that fails leaves no file', async () => {
    const ran = await run(
      fakeTerminal(),
      'reconcile',
      '--config',
      await config('neverRead()'),
      '--html',
      join(folder, 'b.html'),
    )
    expect(ran.code).toBe(2)
    expect((await readdir(folder)).filter((name) => name.startsWith('b.html'))).toEqual([])
  })

  test('colour is for a terminal that does not mind it', async () => {
    const coloured = async (environment: Record<string, string>, outColumns?: number) =>
      (
        await run(fakeTerminal({ environment, outColumns }), 'reconcile', '--config', await config(drifted))
      ).out.includes('\x1b[')
    expect(await coloured({}, 80)).toBe(true)
    expect(await coloured({})).toBe(false)
    expect(await coloured({ NO_COLOR: '1' }, 80)).toBe(false)
    expect(await coloured({ NO_COLOR: '' }, 80)).toBe(true)
    expect(await coloured({ TERM: 'dumb' }, 80)).toBe(false)
  })
})

describe('progress', () => {
  const slow = arrays(
    place(`yield [{ item: { sku: 'A1', quantity: 5 } }, { item: { sku: 'B2', quantity: 3 } }];
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)`),
  )
  const progress = async (facts: Parameters<typeof fakeTerminal>[0], ...args: readonly string[]) =>
    (await run(fakeTerminal(facts), 'reconcile', '--config', await config(slow), ...args)).error

  test('is drawn on a terminal, and is gone at the end', async () => {
    const drawn = await progress({ errorColumns: 80 })
    expect(drawn).toContain('east    2 rows')
    expect(drawn).toMatch(/\x1b\[\dA\x1b\[J$/) // eslint-disable-line no-control-regex -- it is what is looked for
  })

  test.each<readonly [string, Parameters<typeof fakeTerminal>[0], readonly string[]]>([
    ['where there is no terminal', {}, []],
    ['with NO_COLOR', { errorColumns: 80, environment: { NO_COLOR: '1' } }, []],
    ['with --json', { errorColumns: 80 }, ['--json']],
    ['with --no-progress', { errorColumns: 80 }, ['--no-progress']],
  ])('there is none %s', async (_, facts, args) => {
    expect(await progress(facts, ...args)).toBe('')
  })
})

describe('Ctrl-C', () => {
  const endless = arrays(
    place(`yield [{ item: { sku: 'A1', quantity: 4 } }]; globalThis.interrupting.now(); await new Promise(() => {})`),
  )

  test('ends the run with a report that can be gone on from', async () => {
    const terminal = fakeTerminal()
    interrupting.now = terminal.interrupt
    const ran = await run(terminal, 'reconcile', '--config', await config(endless))
    expect(ran.out).toContain('The run was ended before it was through.')
    expect(ran.code).not.toBe(0)
    expect(ran.error).toBe('')
    expect(terminal.left()).toEqual([])
  })

  test('ends the process at the second time', async () => {
    const terminal = fakeTerminal()
    interrupting.now = () => {
      terminal.interrupt()
      terminal.interrupt()
    }
    await run(terminal, 'reconcile', '--config', await config(endless))
    expect(terminal.left()).toEqual([2])
  })
})

describe('--config', () => {
  const table = `{ read: async () => [], snapshot: () => (${place(`yield [{ item: { sku: 'A1', quantity: 5 } }]`)}) }`
  const target = (held: string) => `{ apply: async () => 'applied', snapshot: () => (${place(`yield ${held}`)}) }`
  const handler = (east: string, more = '') => `({ table: ${table}, settleMs: 0, targets: { east: ${east} }, ${more} })`

  test.each([
    ['what createReconcileHandler takes', handler(target(`[{ item: { sku: 'A1', quantity: 5 } }]`))],
    ['a route', handler(`{ target: ${target('[]')}, when: () => false }`)],
    [
      'a snapshot for a target',
      handler(
        `{ apply: async () => 'applied' }`,
        `snapshots: { east: ${place(`yield [{ item: { sku: 'A1', quantity: 5 } }]`)} }`,
      ),
    ],
    ['a function', `async () => ${equal}`],
  ])('%s', async (_, text) => {
    expect(await run(fakeTerminal(), 'reconcile', '--config', await config(text))).toMatchObject({ code: 0, error: '' })
  })

  test('CommonJS', async () => {
    expect(await run(fakeTerminal(), 'reconcile', '--config', await config(equal, 'cjs'))).toMatchObject({ code: 0 })
    const once = `Object.defineProperty({ default: ${equal} }, '__esModule', { value: true })`
    expect(await run(fakeTerminal(), 'reconcile', '--config', await config(once, 'cjs'))).toMatchObject({ code: 0 })
  })

  test('nothing is written without --apply, whatever the config says', async () => {
    const [file, writes] = [
      join(folder, 'writes.txt'),
      `(await import('node:fs/promises')).appendFile(${JSON.stringify(join(folder, 'writes.txt'))}, 'written ')`,
    ]
    const rows: readonly string[] = ['A1']
    const text = `({ table: { read: async () => [{ item: { sku: 'A1', quantity: 5 } }], snapshot: () => (${place(`yield [{ item: { sku: '${rows[0]!}', quantity: 5 } }]`)}) },
      settleMs: 0, maxRepairRatio: 1, mode: 'apply',
      targets: { east: { guarded: true, apply: async () => { await ${writes}; return 'applied' }, read: async () => [], snapshot: () => (${place('')}) } } })`
    await writeFile(file, '')
    const planned = await run(fakeTerminal(), 'reconcile', '--config', await config(text))
    expect(planned.out).toContain('Nothing was repaired: 1 repair is called for.')
    expect(await readFile(file, 'utf8')).toBe('')
    const applied = await run(fakeTerminal(), 'reconcile', '--config', await config(text), '--apply')
    expect(applied.out).toContain('1 of 1 repair was applied.')
    expect(applied.code).toBe(1)
    expect(await readFile(file, 'utf8')).toBe('written ')
  })

  test.each([
    ['7', '--config: names a module whose default export is no reconcile config.'],
    ['({ targets: {} })', '--config: names a module whose default export is no reconcile config.'],
    [`({ snapshots: { source: [] } })`, 'snapshots.warehouses: is no record.'],
    [`({ snapshots: { source: [], warehouses: {} }, options: 7 })`, 'options: is no object.'],
    [handler('{}'), 'snapshots.east: is missing, and the target has no snapshot of its own.'],
    [handler(target('[]'), 'snapshots: { west: [] }'), 'snapshots.west: belongs to no target.'],
    [`({ table: {}, targets: {} })`, 'table: has no snapshot.'],
    [arrays('[]', `{ settleMs: 'long' }`), "settleMs: 'long' does not work."],
    ['(() => { throw new Error("no luck") })()', 'cannot be loaded. Because: no luck'],
  ])('%s is refused', async (text, message) => {
    const ran = await run(fakeTerminal(), 'reconcile', '--config', await config(text))
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.error).toContain(message)
    expect(ran.error.split('\n')).toHaveLength(2)
  })

  test('a file that is not there, and --apply without targets', async () => {
    const none = await run(fakeTerminal(), 'reconcile', '--config', join(folder, 'none.mjs'))
    expect(none.code).toBe(2)
    expect(none.error).toContain('cannot be loaded.')
    const apply = await run(fakeTerminal(), 'reconcile', '--apply', '--config', await config(equal))
    expect(apply).toMatchObject({
      code: 2,
      error: '--apply: repairs through `targets`, and the config has none. Give them.\n',
    })
  })
})
