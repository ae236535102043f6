import { reconcile, isSyncError } from 'dynamodb-stream-sync'
import { ndjsonSnapshot, type NdjsonSnapshotOptions } from 'dynamodb-stream-sync/snapshots/ndjson'
import { snapshotContract } from 'dynamodb-stream-sync/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { compareKeys } from '../../src/core/key-order.ts'
import { readAll, refusal, snapshotFiles } from '../support/snapshot-files.ts'

const files = snapshotFiles()
afterAll(() => files.remove())

type Stock = readonly { readonly sku: string; readonly quantity: number }[]

let names = 0
const ndjson = (content: string | Uint8Array, options: Partial<NdjsonSnapshotOptions> = {}, name = 'stock.ndjson') =>
  ndjsonSnapshot({ file: files.write(`${(names += 1)}-${name}`, content), ...options })
const linesOf = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

describe.each(['stock.ndjson', 'stock.ndjson.gz'])('ndjsonSnapshot of %s keeps the published contract', (name) => {
  const create = (rows: readonly object[]) => ndjson(linesOf(rows), {}, name)
  for (const { name: clause, check } of snapshotContract({ create, held: files.open })) test(clause, check)
})

describe('ndjsonSnapshot of sorted entries keeps the published contract', () => {
  const create = (rows: readonly object[]) => {
    const sorted = [...(rows as Stock)].sort((a, b) => compareKeys(a.sku, b.sku))
    return ndjson(linesOf(sorted.map((item) => ({ key: item.sku, item }))), { order: 'key', entries: true })
  }
  for (const { name: clause, check } of snapshotContract({ create, held: files.open })) test(clause, check)
})

describe('lines of JSON', () => {
  test('are items, with exact numbers', async () => {
    const content =
      '{"sku":"A","quantity":12345678901234567890,"price":0.10000000000000000000001,"text":"1e999"}\n' +
      '{"sku":"1234567890123456789","quantity":-1.5e3,"list":[1e21,9007199254740993,0.1]}\n'
    expect((await readAll(ndjson(content))).rows).toEqual([
      {
        item: {
          sku: 'A',
          quantity: 12345678901234567890n,
          price: { value: '0.10000000000000000000001' },
          text: '1e999',
        },
      },
      { item: { sku: '1234567890123456789', quantity: -1500, list: [1e21, 9007199254740993n, 0.1] } },
    ])
  })

  test('may end in CR LF, LF or nothing, begin with a byte order mark, and be empty', async () => {
    const content = '\ufeff{"sku":"A"}\r\n\r\n \t\n{"sku":"é"}\n\n{"sku":"C"}'
    const { rows, summary } = await readAll(ndjson(content))
    expect(rows).toEqual([{ item: { sku: 'A' } }, { item: { sku: 'é' } }, { item: { sku: 'C' } }])
    expect(summary).toMatchObject({ complete: true, rows: 3 })
  })

  test('are what the row function makes of them, and carry their key where its attributes are named', async () => {
    const row = ({ article, gone }: Readonly<Record<string, unknown>>) => (gone === true ? undefined : { sku: article })
    const content = linesOf([{ article: 'A' }, { article: 'B', gone: true }, { article: 'C' }])
    expect((await readAll(ndjson(content, { row, key: 'sku' }))).rows).toEqual([
      { key: 'A', item: { sku: 'A' } },
      { key: 'C', item: { sku: 'C' } },
    ])
  })

  test('are entries with versions and tombstones where they are said to be', async () => {
    const version = '000000/2026-01-01T00:00:00.000/0000000000000000000000000000000000000111'
    const content = linesOf([
      { key: 'A', item: { sku: 'A', quantity: 5 }, version },
      { item: { sku: 'B' }, version: '-', removed: true },
      { item: { sku: 'C', version: 7 }, removed: false },
    ])
    expect((await readAll(ndjson(content, { entries: true, key: 'sku' }))).rows).toEqual([
      { key: 'A', item: { sku: 'A', quantity: 5 }, version },
      { key: 'B', item: { sku: 'B' }, version: '-', removed: true },
      { key: 'C', item: { sku: 'C', version: 7 } },
    ])
  })

  test('come in pages of at most 2,000, whatever their number', async () => {
    const content = linesOf(Array.from({ length: 25_000 }, (_, index) => ({ sku: `${index}` })))
    const { pages, summary } = await readAll(ndjson(content))
    expect(Math.max(...pages.map((page) => page.length))).toBe(2_000)
    expect(summary).toMatchObject({ complete: true, rows: 25_000 })
  })

  test('can be compared by reconcile', async () => {
    const source = ndjson(
      linesOf([
        { sku: 'A', quantity: 5 },
        { sku: 'B', quantity: 7 },
      ]),
      { order: 'key' },
    )
    const lyon = ndjson('{"item":{"sku":"A","quantity":5}}\n{"item":{"sku":"B"},"removed":true}', { entries: true })
    const report = await reconcile({ source, warehouses: { lyon } }, { settleMs: 0 })
    expect(report.warehouses.lyon).toMatchObject({ missing: 1, mismatch: 0, orphan: 0 })
  })
})

describe('a file of lines is refused, by line and remedy,', () => {
  test.for<
    readonly [name: string, content: string | Uint8Array, message: RegExp, options?: Partial<NdjsonSnapshotOptions>]
  >([
    [
      'with a line that is no JSON',
      '{"sku":"A"}\n\n{"sku":B}\n',
      /, line 3 is no JSON, or cut off\. Write one JSON object per line/,
    ],
    ['cut off in a line', '{"sku":"A"}\n{"sku"', /, line 2 is no JSON, or cut off/],
    ['with two objects in a line', '{"sku":"A"}{"sku":"B"}\n', /, line 1 is no JSON/],
    ['with an object over two lines', '{"sku":\n"A"}\n', /, line 1 is no JSON/],
    ['that is one list', '[{"sku":"A"}]\n', /, line 1 is no JSON object\. Write one per line/],
    ['with a text', '"A"\n', /, line 1 is no JSON object/],
    ['with null', '{}\nnull\n', /, line 2 is no JSON object/],
    ['with bad JSON in a line of exact numbers', '{"n":12345678901234567890}\n{"n":1e5,}\n', /, line 2 is no JSON/],
    ['that nests too deep', `{"n":1e5,"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, /, line 1 is no JSON/],
    [
      'that is no UTF-8',
      Buffer.from([...Buffer.from('{"sku":"A"}\n\n{"sku":"'), 0xe9, 0x22, 0x7d]),
      /, line 3 is no UTF-8/,
    ],
    ['in UTF-16', Buffer.from('\ufeff{}', 'utf16le'), /is written in UTF-16/],
    [
      'with a line too long',
      `{}\n{"a":"${'x'.repeat(93)}"}\n`,
      /, line 2 is longer than 100 bytes/,
      { maxLineBytes: 100 },
    ],
    [
      'with a line too long in bytes',
      `{}\n{"a":"${'é'.repeat(47)}"}`,
      /, line 2 is longer than 100/,
      { maxLineBytes: 100 },
    ],
    ['with a line too long across pieces', `{}\n"${'x'.repeat(2_000_000)}"\n`, /, line 2 is longer than 1048576/],
    [
      'without a key',
      '{"sku":"A"}\n{"quantity":5}\n',
      /, line 2 has no key\. The key attribute "sku" is missing/,
      { key: 'sku' },
    ],
    ['with an entry without an item', '{"sku":"A"}\n', /, line 1 holds an entry without an item/, { entries: true }],
    ['with an entry whose item is a list', '{"item":[]}\n', /holds an entry without an item/, { entries: true }],
    ['with an entry whose key is a number', '{"key":5,"item":{}}\n', /whose key is no text/, { entries: true }],
    ['with an entry whose key is empty', '{"key":"","item":{}}\n', /whose key is no text/, { entries: true }],
    ['with an entry whose version is none', '{"item":{},"version":"v7"}\n', /whose version is none/, { entries: true }],
    [
      'with an entry whose version is a number',
      '{"item":{},"version":7}\n',
      /whose version is none/,
      { entries: true },
    ],
    ['with an entry that is removed perhaps', '{"item":{},"removed":"no"}\n', /member removed/, { entries: true }],
    ['with an entry and attributes beside its item', '{"item":{},"sku":"A"}\n', /unknown member/, { entries: true }],
  ])('%s', async ([, content, message, options]) => {
    expect(await refusal(ndjson(content, options))).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(message) as string,
    })
    expect(files.open()).toBe(0)
  })

  test('also in line 812,345', async () => {
    const content = `${'{"sku":"A"}\n'.repeat(812_344)}{"sku":A}\n`
    expect(await refusal(ndjson(content, {}, 'stock.ndjson.gz'))).toMatchObject({
      message: expect.stringContaining('stock.ndjson.gz, line 812,345 is no JSON') as string,
    })
  })

  test('and never shown', async () => {
    for (const content of [
      '{"sku":Zaphod}',
      '"Zaphod"',
      '{"Zaphod":1,"item":{}}',
      '{"item":{"Zaphod":1},"version":"Zaphod"}',
    ]) {
      const error = (await refusal(ndjson(content, { entries: true }))) as Error
      expect(isSyncError(error, 'SNAPSHOT_INVALID')).toBe(true)
      expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error)}`).not.toContain('Zaphod')
    }
  })

  test('and nothing counts as missing that may have stood behind that line', async () => {
    const source = Array.from({ length: 12_000 }, (_, index) => ({ sku: `x${index}`, quantity: 1 }))
    const lyon = ndjson(`${linesOf(source.slice(0, 11_000))}{"sku":`)
    const report = await reconcile({ source, warehouses: { lyon } }, { settleMs: 0 })
    expect(report).toMatchObject({ verdict: 'unknown', warehouses: { lyon: { complete: false, missing: 0 } } })
  })
})
