import { appendFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { isSyncError } from 'dynamodb-stream-sync'
import { csvSnapshot, type CsvSnapshotOptions } from 'dynamodb-stream-sync/snapshots/csv'
import { snapshotContract } from 'dynamodb-stream-sync/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { compareKeys } from '../../src/core/key-order.ts'
import { readAll, refusal, snapshotFiles } from '../support/snapshot-files.ts'

const files = snapshotFiles()
afterAll(() => files.remove())

type Stock = readonly { readonly sku: string; readonly quantity: number }[]

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const csvOf = (rows: Stock) =>
  ['sku,quantity', ...rows.map(({ sku, quantity }) => `${quoted(sku)},${quantity}`)].join('\n')

let names = 0
const csv = (content: string | Uint8Array, options: Partial<CsvSnapshotOptions> = {}, name = 'stock.csv') =>
  csvSnapshot({ file: files.write(`${(names += 1)}-${name}`, content), ...options })
const itemsOf = async (content: string | Uint8Array, options: Partial<CsvSnapshotOptions> = {}) =>
  (await readAll(csv(content, options))).rows.map(({ item }) => item)

describe.each(['stock.csv', 'stock.csv.gz'])('csvSnapshot of %s keeps the published contract', (name) => {
  const create = (rows: readonly object[]) => csv(csvOf(rows as Stock), {}, name)
  for (const { name: clause, check } of snapshotContract({ create, held: files.open })) test(clause, check)
})

describe('csvSnapshot of a sorted file keeps the published contract', () => {
  const create = (rows: readonly object[]) => {
    const sorted = [...(rows as Stock)].sort((a, b) => compareKeys(a.sku, b.sku))
    return csv(csvOf(sorted), { order: 'key', key: 'sku' })
  }
  for (const { name: clause, check } of snapshotContract({ create, held: files.open })) test(clause, check)
})

describe('rows of a CSV file', () => {
  test('have the names of the columns; quantities are numbers, everything else stays text', async () => {
    expect(await itemsOf('sku,quantity,size\n007,5,7.0\nB,-2.50,\n')).toEqual([
      { sku: '007', quantity: 5, size: '7.0' },
      { sku: 'B', quantity: -2.5, size: '' },
    ])
  })

  test('have exact numbers in the columns that are said to hold some, and no attribute for an empty cell', async () => {
    const numbers = ['sku', 'weight']
    expect(
      await itemsOf('sku,weight,quantity\n1,12345678901234567890,5\n2, 0.10000000000000000000001 ,5\n3,,5\n', {
        numbers,
      }),
    ).toEqual([
      { sku: 1, weight: 12345678901234567890n, quantity: '5' },
      { sku: 2, weight: { value: '0.10000000000000000000001' }, quantity: '5' },
      { sku: 3, quantity: '5' },
    ])
  })

  test('are what the row function makes of their texts; undefined leaves one out', async () => {
    const row = ({ article, site, on_hand }: Readonly<Record<string, string>>) =>
      site === 'lyon' ? { sku: article, quantity: Number(on_hand) } : undefined
    const { rows, summary } = await readAll(
      csv('article;site;on_hand\nA;lyon;5\nB;berlin;7\n', { delimiter: ';', row }),
    )
    expect(rows).toEqual([{ item: { sku: 'A', quantity: 5 } }])
    expect(summary).toMatchObject({ complete: true, rows: 1 })
  })

  test('are entries where the row function says so', async () => {
    const version = '000000/2026-01-01/5'
    const row = ({ sku, v, gone }: Readonly<Record<string, string>>) => ({
      item: { sku },
      version: v,
      removed: gone === '1',
    })
    expect((await readAll(csv(`sku,v,gone\nA,${version},0\nB,${version},1\n`, { row, entries: true }))).rows).toEqual([
      { item: { sku: 'A' }, version },
      { item: { sku: 'B' }, version, removed: true },
    ])
  })

  test('carry their key where its attributes are named', async () => {
    expect((await readAll(csv('sku,quantity\nA,1\n', { key: 'sku' }))).rows).toEqual([
      { key: 'A', item: { sku: 'A', quantity: 1 } },
    ])
    expect((await readAll(csv('sku,site\nA,b\n', { key: ['sku', 'site'] }))).rows).toMatchObject([{ key: 'A b' }])
  })

  test('may be quoted, hold delimiters, quotes and line breaks, and end in CR LF, LF or nothing', async () => {
    expect(await itemsOf('\ufeffsku,"note"\r\n\r\n"A","x, ""y""\r\nz"\r\nB,plain\n\n"C",""\nD,\r\n"E",last')).toEqual([
      { sku: 'A', note: 'x, "y"\r\nz' },
      { sku: 'B', note: 'plain' },
      { sku: 'C', note: '' },
      { sku: 'D', note: '' },
      { sku: 'E', note: 'last' },
    ])
  })

  test('may have names of their own instead of a header line', async () => {
    expect(await itemsOf('A,5\nB,7', { header: ['sku', 'quantity'] })).toEqual([
      { sku: 'A', quantity: 5 },
      { sku: 'B', quantity: 7 },
    ])
    expect(await itemsOf('', { header: ['sku', 'quantity'] })).toEqual([])
  })

  test('may be written in windows-1252', async () => {
    const bytes = Buffer.from([...Buffer.from('sku,note\nA,'), 0x80, 0xe9, 0x9f, 0xff, ...Buffer.from('\n"B",'), 0x92])
    expect(await itemsOf(bytes, { encoding: 'windows-1252' })).toEqual([
      { sku: 'A', note: '€éŸÿ' },
      { sku: 'B', note: '’' },
    ])
  })

  test('are counted, and as old as their file', async () => {
    const file = files.write('dated.csv', 'sku\nA\nB\n')
    const { summary } = await readAll(csvSnapshot({ file }))
    const { mtime } = statSync(file)
    expect(summary).toEqual({ startedAt: mtime, endedAt: mtime, complete: true, rows: 2 })
  })

  test('come in pages of at most 2,000, also where a row is as long as many pieces of the file', async () => {
    const long = 'x'.repeat(500_000)
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},${index === 17_000 ? long : ''}\n`)
    const { pages, rows: read } = await readAll(csv(`sku,note\n${rows.join('')}`))
    expect(Math.max(...pages.map((page) => page.length))).toBe(2_000)
    expect(read).toHaveLength(30_000)
    expect(read[17_000]?.item).toEqual({ sku: '17000', note: long })
  })
})

test('an abort ends a file early, as not complete', async () => {
  const stop = new AbortController()
  const rows = Array.from({ length: 100_000 }, (_, index) => `${index},1\n`).join('')
  for (const name of ['long.csv', 'long.csv.gz']) {
    const pages = csv(`sku,quantity\n${rows}`, {}, name).pages({ signal: stop.signal })
    let read = 0
    let page = await pages.next()
    stop.abort()
    for (; !page.done; page = await pages.next()) read += page.value.length
    expect(page.value).toMatchObject({ complete: false, rows: read })
    expect(read).toBeLessThan(100_000)
    expect(files.open()).toBe(0)
  }
})

describe('a CSV file is refused, by line and remedy,', () => {
  const lines = (...all: readonly string[]) => all.join('\n')

  test.for<
    readonly [name: string, content: string | Uint8Array, message: RegExp, options?: Partial<CsvSnapshotOptions>]
  >([
    ['without a header', '', /stock\.csv is empty: its header line is missing/],
    ['of empty lines', '\n\r\n', /stock\.csv is empty/],
    [
      'with two columns of one name',
      'sku,quantity,sku\n',
      /, line 1 gives column 3 a name that another one has\. Rename/,
    ],
    ['with a column without a name', 'sku, \n', /, line 1 leaves column 2 without a name/],
    ['with a column called __proto__', 'sku,__proto__\n', /, line 1 names column 2 __proto__/],
    ['with another delimiter', 'sku;quantity\nA;5\n', /, line 1 names one column only. Give delimiter: ";"/],
    [
      'without a column of numbers',
      'sku,count\nA,5\n',
      /line 1 is the header, and names no column "weight"/,
      { numbers: ['weight'] },
    ],
    ['without a column of the key', 'sku,count\nA,5\n', /names no column "location"/, { key: ['sku', 'location'] }],
    ['with a cell too few', lines('sku,quantity', 'A,5', '', 'B'), /, line 4 has 1 cells where there are 2 columns/],
    ['with a cell too many', lines('sku,quantity', 'A,5,6'), /, line 2 has 3 cells where there are 2 columns\. Quote/],
    ['with a cell too many among quotes', lines('sku,quantity', '"A",5', '"B",5,6'), /, line 3 has 3 cells/],
    ['cut off in a row', lines('sku,quantity', 'A,5', 'B'), /, line 3 has 1 cells .* see that the file is whole/],
    ['with a quote within a cell', lines('sku,size', 'A,5', '"B","3""', 'C,7" pipe'), /, line 3 has a quote/],
    ['with two quotes within a cell', lines('sku,size', '"A', 'A",5', 'B,7" and 8" pipe'), /, line 4 has a quote/],
    [
      'with text behind a quoted cell',
      lines('sku,size', '"A",5', '"B"x,"6"'),
      /, line 3 has a quote where none may be/,
    ],
    ['whose last quote is not closed', lines('sku,size', 'A,5', 'B,"6', 'C,7', ''), /, line 3 has a quote .* too few/],
    [
      'with a number that is none',
      lines('sku,quantity', '"A', 'B",5', 'C,many'),
      /, line 4 holds no number in its column "quantity"/,
    ],
    ['with NaN', lines('sku,quantity', 'A,NaN'), /, line 2 holds no number/],
    [
      'with an empty key',
      lines('sku,quantity', 'A,5', ',7'),
      /, line 3 has no key\. The key attribute "sku" is empty/,
      { key: 'sku' },
    ],
    ['that is no UTF-8', Buffer.from([...Buffer.from('sku\nA\n\nB'), 0xe9, 0x0a]), /, line 4 is no UTF-8/],
    [
      'that is no UTF-8 within quotes',
      Buffer.from([...Buffer.from('sku\n"A"\n"B'), 0xff, 0x22]),
      /, line 3 is no UTF-8/,
    ],
    ['with half a character at its end', Buffer.from('sku\nAé').subarray(0, -1), /, line 2 is no UTF-8/],
    ['in UTF-16', Buffer.from('\ufeffsku\nA', 'utf16le'), /stock\.csv is written in UTF-16\. Save it as UTF-8/],
    [
      'with a row too long',
      lines('sku,note', 'A,x', `B,${'x'.repeat(99)}`, 'C,x'),
      /, line 3 is longer than 100 bytes/,
      { maxRowBytes: 100 },
    ],
    [
      'with a row too long by its last byte',
      lines('sku,note', `é,${'x'.repeat(98)}`),
      /, line 2 is longer than 100/,
      { maxRowBytes: 100 },
    ],
    [
      'with a row too long across pieces',
      lines('sku,note', 'A,x', `"B","${'x\n'.repeat(600_000)}"`),
      /, line 3 is longer than 1048576 bytes\. Is a closing quote missing/,
    ],
  ])('%s', async ([, content, message, options]) => {
    const error = await refusal(csv(content, options))
    expect(error).toMatchObject({ code: 'SNAPSHOT_INVALID', message: expect.stringMatching(message) as string })
  })

  test('and never shown', async () => {
    const secret = 'Zaphod'
    for (const content of [`sku,quantity\n${secret},x`, `sku,size\n${secret}`, `sku,size\n${secret},"5"6`, secret]) {
      const error = (await refusal(
        csv(content, { numbers: content.includes('quantity') ? ['quantity'] : ['sku'] }),
      )) as Error
      expect(isSyncError(error, 'SNAPSHOT_INVALID')).toBe(true)
      expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error)}`).not.toContain(secret)
    }
  })

  test('where the row function throws, with its error', async () => {
    const cause = new Error('no such article')
    const row = ({ sku }: Readonly<Record<string, string>>) => {
      if (sku === 'C') throw cause
      return { sku }
    }
    expect(await refusal(csv('sku\n"A\n"\nB\nC\n', { row }))).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(/, line 5 made the row function throw/) as string,
      cause,
    })
  })

  test.for<readonly [made: unknown, message: RegExp]>([
    [null, /, line 2 holds null where an item should be/],
    [[1], /, line 2 holds a list/],
    ['A', /, line 2 holds a string/],
    [Promise.resolve({ sku: 'A' }), /, line 2 made the row function return a promise/],
  ])('where the row function makes %s', async ([made, message]) => {
    const row = () => made as object
    expect(await refusal(csv('sku\nA\n', { row }))).toMatchObject({ message: expect.stringMatching(message) as string })
  })
})

describe('a file is refused', () => {
  const header = 'sku,quantity\n'
  const rows = Array.from({ length: 50_000 }, (_, index) => `${index},${(index * 7_919) % 1_000}\n`).join('')
  const packed = gzipSync(header + rows)
  const raw = (content: Uint8Array, name: string) => csvSnapshot({ file: files.writeRaw(name, content) })

  test.for<readonly [name: string, file: string, bytes: Uint8Array, message: RegExp]>([
    [
      'whose gzip is cut off',
      'cut.csv.gz',
      packed.subarray(0, packed.length >> 1),
      /is cut off: its gzip does not end\. Fetch it again/,
    ],
    ['whose gzip is cut off in its check sum', 'sum.csv.gz', packed.subarray(0, -3), /is cut off/],
    ['whose gzip is empty', 'none.csv.gz', new Uint8Array(), /is cut off/],
    ['whose gzip is damaged', 'bad.csv.gz', flipped(packed, packed.length - 6), /cannot be unpacked: it is damaged/],
    [
      'whose second gzip is damaged at its start',
      'two.csv.gz',
      Buffer.concat([packed, Buffer.from([0]), packed]),
      /holds something else behind the end of its gzip/,
    ],
    [
      'that is no gzip but is called so',
      'plain.csv.gz',
      Buffer.from(header),
      /cannot be unpacked: .* or name it without \.gz/,
    ],
  ])('%s', async ([, name, bytes, message]) => {
    expect(await refusal(raw(bytes, name))).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(message) as string,
    })
    expect(files.open()).toBe(0)
  })

  test('that is not there, or is a folder', async () => {
    expect(await refusal(csvSnapshot({ file: '/nowhere/stock.csv' }))).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: '/nowhere/stock.csv cannot be read (ENOENT). There is none of that name.',
    })
    const folder = dirname(files.write('any.csv', ''))
    expect(await refusal(csvSnapshot({ file: folder }))).toMatchObject({ message: `${folder} is no file. Name one.` })
  })

  test('that is written to while it is read', async () => {
    const file = files.write('growing.csv', header + rows)
    const pages = csvSnapshot({ file }).pages({ signal: new AbortController().signal })
    await pages.next()
    appendFileSync(file, 'A,5\n')
    const read = async () => {
      while (!(await pages.next()).done);
    }
    await expect(read()).rejects.toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringMatching(/growing\.csv was written to while it was read/) as string,
    })
    expect(files.open()).toBe(0)
  })

  test('but not one that is packed twice over, or packed under a plain name', async () => {
    const twice = raw(Buffer.concat([gzipSync(header), gzipSync('A,1\n'), gzipSync('B,2\n')]), 'parts.csv.gz')
    expect((await readAll(twice)).summary).toMatchObject({ complete: true, rows: 2 })
    expect((await readAll(raw(packed, 'packed.csv'))).summary).toMatchObject({ complete: true, rows: 50_000 })
  })
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte))
}
