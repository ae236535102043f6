import { appendFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Snapshot, SnapshotEntry, SnapshotSummary } from '../../../src/ports/snapshot.ts'
import { parquetSnapshot, type ParquetSnapshotOptions } from '../../../src/snapshots/parquet.ts'
import { parquetFiles, type ParquetFiles } from '../../support/parquet-files.ts'

let files: ParquetFiles
beforeAll(async () => {
  files = await parquetFiles()
})
afterAll(() => files.close())

test('instants come in the order of their key texts, whatever their digits', async () => {
  const instants = ['00', '00.000001', '00.5', '00.500001', '01', '00.001'].map(
    (second) => `TIMESTAMPTZ '2026-01-01 00:00:${second}+00'`,
  )
  const file = await files.write('instants.parquet', `SELECT unnest([${instants.join(', ')}]) AS at`)
  const pages = parquetSnapshot({ file, key: 'at' }).pages({ signal: new AbortController().signal })
  const { value } = await pages.next()
  const keys = (value as readonly SnapshotEntry[]).map(({ item }) => String(item['at']))
  expect(keys).toHaveLength(6)
  expect(keys).toEqual(keys.toSorted())
  await pages.next()
})

describe('values', () => {
  test.for([
    ['5::INTEGER', 5],
    ['(-128)::TINYINT', -128],
    ['9007199254740991::BIGINT', 9_007_199_254_740_991],
    ['9007199254740993::BIGINT', 9_007_199_254_740_993n],
    ['9007199254740994::BIGINT', 9_007_199_254_740_994],
    ['18446744073709551615::UBIGINT', 18_446_744_073_709_551_615n],
    ['1.50::DECIMAL(10,2)', 1.5],
    ['-0.01::DECIMAL(3,2)', -0.01],
    ['7::DECIMAL(38,0)', 7],
    ["'12345678901234567890.12'::DECIMAL(38,2)", { value: '12345678901234567890.12' }],
    ["'0.12345678901234567890'::DECIMAL(38,20)", { value: '0.1234567890123456789' }],
    ["'12345678901234567890.000'::DECIMAL(38,3)", 12_345_678_901_234_567_890n],
    ["'0.3000000000000000400'::DECIMAL(38,19)", 0.30000000000000004],
    ['0.1::DOUBLE', 0.1],
    ['1.5::FLOAT', 1.5],
    ["'nan'::DOUBLE", Number.NaN],
    ['true', true],
    ["'äöü😀'", 'äöü😀'],
    ["''", ''],
    ["'\\x00\\xFFa'::BLOB", Uint8Array.of(0, 255, 97)],
    ["DATE '2026-11-24'", '2026-11-24'],
    ["DATE '0001-01-01'", '0001-01-01'],
    ["TIMESTAMP '2026-11-24 10:55:19'", '2026-11-24T10:55:19.000'],
    ["TIMESTAMP '2026-11-24 10:55:19.123456'", '2026-11-24T10:55:19.123456'],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", '1969-12-31T23:59:59.999999'],
    ["TIMESTAMP_NS '2026-11-24 10:55:19.123456789'", '2026-11-24T10:55:19.123456789'],
    ["TIMESTAMPTZ '2026-11-24 12:55:19.5+02'", '2026-11-24T10:55:19.500Z'],
    ["TIME '10:55:19'", '10:55:19'],
    ["'6f1c7d7a-4a3e-4d5b-9b1e-1f2a3b4c5d6e'::UUID", '6f1c7d7a-4a3e-4d5b-9b1e-1f2a3b4c5d6e'],
    ['[1, NULL, 3]', [1, null, 3]],
    ["[['a'], []]", [['a'], []]],
    ["{'width': 1.5, 'unit': 'cm', 'note': NULL::VARCHAR}", { width: 1.5, unit: 'cm' }],
    ["MAP {'a': 1::BIGINT, 'b': NULL}", { a: 1 }],
    ["MAP {7: 'x'}", { '7': 'x' }],
    ["[{'at': DATE '2026-11-24'}]", [{ at: '2026-11-24' }]],
    ['NULL::INTEGER', undefined],
  ] as const)('%s becomes %o', async ([literal, expected]) => {
    const file = await files.write('value.parquet', `SELECT 'A1' AS sku, ${literal} AS value`)

    const { rows } = await read(parquetSnapshot({ file, key: 'sku' }))

    expect(rows).toEqual([{ item: expected === undefined ? { sku: 'A1' } : { sku: 'A1', value: expected } }])
  })

  test('a column called __proto__ is data', async () => {
    const file = await files.write('proto.parquet', `SELECT 'A1' AS sku, 5 AS "__proto__"`)

    const { rows } = await read(parquetSnapshot({ file, key: 'sku' }))

    expect(Object.entries(rows[0]!.item)).toContainEqual(['__proto__', 5])
    expect(Object.getPrototypeOf(rows[0]!.item)).toBe(Object.prototype)
  })
})

describe('rows', () => {
  test('numbers, bytes, dates and two attributes are sorted as key texts are', async () => {
    const keysOf = async (select: string, key: string | readonly string[]) => {
      const { rows } = await read(parquetSnapshot({ file: await files.write('sorted.parquet', select), key }))
      return rows.map(({ item }) => Object.values(item))
    }

    expect(await keysOf('SELECT unnest([10, -3, 9, 0]) AS n', 'n')).toEqual([[-3], [0], [9], [10]])
    expect(
      await keysOf(`SELECT * FROM (VALUES ('a', 2), ('a ', 1), ('a', 10), ('Z', 5)) t(sku, bin)`, ['sku', 'bin']),
    ).toEqual([
      ['Z', 5],
      ['a', 2],
      ['a', 10],
      ['a ', 1],
    ])
  })

  test('the summary says how many rows there are, and how old', async () => {
    const file = await files.write('old.parquet', `SELECT range::VARCHAR AS sku FROM range(5000)`)
    const writtenAt = new Date('2026-11-24T10:00:00Z')
    utimesSync(file, writtenAt, writtenAt)

    const { rows, summary } = await read(parquetSnapshot({ file, key: 'sku' }))

    expect(rows).toHaveLength(5_000)
    expect(summary).toEqual({ startedAt: writtenAt, endedAt: writtenAt, complete: true, rows: 5_000 })
  })

  test('parts have no row in common, and are all rows together', async () => {
    const file = await files.write('parts.parquet', `SELECT range::VARCHAR AS sku FROM range(1000)`)
    const snapshot = parquetSnapshot({ file, key: 'sku' })

    const parts = await Promise.all([0, 1, 2].map((index) => read(snapshot, { partition: { index, count: 3 } })))

    const skus = parts.flatMap(({ rows }) => rows.map(({ item }) => item['sku']))
    expect(new Set(skus).size).toBe(1_000)
    expect(skus).toHaveLength(1_000)
  })

  test('a range is read alone, and rows without key are told of in any', async () => {
    const file = await files.write('range.parquet', `SELECT unnest(['a', 'b', 'c', 'd', NULL, '\u{1f600}']) AS sku`)

    const { rows, summary } = await read(parquetSnapshot({ file, key: 'sku' }), { after: 'a', until: 'c' })

    expect(rows.map(({ item }) => item['sku'])).toEqual(['b', 'c', undefined])
    expect(summary).toMatchObject({ rows: 3 })
  })

  test('`row` makes items and leaves rows out; `entries` tell versions and tombstones; order is then left to reconcile', async () => {
    const file = await files.write('made.parquet', `SELECT range AS n FROM range(4)`)
    const made = parquetSnapshot({
      file,
      key: 'sku',
      row: ({ n }) => (n === 2 ? undefined : { sku: `s${String(n)}`, quantity: n }),
    })
    const told = await files.write(
      'entries.parquet',
      `SELECT 'A1' AS key, {'sku': 'A1'} AS item, '000000/2026-11-24T10:00:00.000/0000000000000000000000000000000000000007' AS version, true AS removed`,
    )
    const entries = parquetSnapshot({ file: told, key: 'sku', entries: true })

    expect(made).toMatchObject({ order: 'none' })
    expect(made).not.toHaveProperty('relation')
    expect((await read(made)).rows.map(({ key }) => key).sort()).toEqual(['s0', 's1', 's3'])
    expect((await read(entries)).rows).toEqual([
      {
        key: 'A1',
        item: { sku: 'A1' },
        version: '000000/2026-11-24T10:00:00.000/0000000000000000000000000000000000000007',
        removed: true,
      },
    ])
  })
})

describe('the relation', () => {
  test.for([
    [{ file: "it's.parquet" }, `read_parquet(['it''s.parquet'])`],
    [{ files: ['a.parquet', 'b/*.parquet'] }, `read_parquet(['a.parquet', 'b/*.parquet'])`],
    [
      { file: 'a.parquet', columns: { article: 'sku', 'on "hand"': 'quantity' } },
      `(SELECT "article" AS "sku", "on ""hand""" AS "quantity" FROM read_parquet(['a.parquet']))`,
    ],
    [{ file: 'a.parquet', columns: ['quantity'] }, `(SELECT "quantity", "sku" FROM read_parquet(['a.parquet']))`],
  ] as const)('of %o is quoted', ([options, relation]) => {
    expect(parquetSnapshot({ ...options, key: 'sku' }).relation).toBe(relation)
  })

  test('says what the pages say', async () => {
    await files.write("it's.parquet", `SELECT 'A1' AS article, 5 AS "on ""hand"""`)
    const snapshot = parquetSnapshot({
      file: files.path("it's.parquet"),
      key: 'sku',
      columns: { article: 'sku', 'on "hand"': 'quantity' },
    })

    const reader = await files.connection.runAndReadAll(`SELECT * FROM ${snapshot.relation!}`)

    expect(reader.getRowObjectsJS()).toEqual((await read(snapshot)).rows.map(({ item }) => item))
  })
})

describe('files that cannot be read', () => {
  const refused = async (options: Partial<ParquetSnapshotOptions>): Promise<string> => {
    const error: unknown = await read(parquetSnapshot({ key: 'sku', ...options })).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'SNAPSHOT_INVALID' })
    return (error as Error).message
  }
  const good = () =>
    files.write('good.parquet', `SELECT range::VARCHAR AS sku, md5(range::VARCHAR) AS name FROM range(50000)`)

  test('a missing one', async () => {
    const file = files.path('missing.parquet')
    expect(await refused({ file })).toBe(`${file}: There is no such file. Check the path.`)
  })

  test('one that is cut short, empty or something else', async () => {
    const bytes = readFileSync(await good())
    for (const [name, content] of [
      ['short', bytes.subarray(0, 100_000)],
      ['empty', ''],
      ['text', 'sku,quantity\nA1,5\n'.repeat(10)],
    ] as const) {
      const file = files.path(`${name}.parquet`)
      writeFileSync(file, content)
      expect(await refused({ file })).toBe(
        `${file} cannot be read. It is damaged, cut short, or in another format. Write it again, or fetch it again.`,
      )
    }
  })

  test('one that is damaged in its middle, or whose footer is', async () => {
    const bytes = readFileSync(await good())
    for (const at of [200_000, bytes.length - 400]) {
      const file = files.path('damaged.parquet')
      writeFileSync(file, Buffer.from(bytes).fill(0x5a, at, at + 300))
      expect(await refused({ file })).toContain(`${file} cannot be read. It is damaged`)
    }
  })

  test('one whose key column is missing, or is none', async () => {
    const file = await good()
    expect(await refused({ file, key: 'article' })).toBe(
      `${file}: There is no column "article", which is the key. There are sku, name; \`columns\` can rename them.`,
    )
    const list = await files.write('list.parquet', 'SELECT [1] AS sku')
    expect(await refused({ file: list })).toContain('has the type INTEGER[], which is no key')
  })

  test('a column that is asked for and not there', async () => {
    expect(await refused({ file: await good(), columns: ['quantity'] })).toContain(
      'column that was asked for is not there',
    )
  })

  test('files of one place that hold different columns, or types in which others would be rounded', async () => {
    const whole = await files.write('whole.parquet', `SELECT 'A1' AS sku, 1 AS quantity`)
    const parts = await files.write('parts.parquet', `SELECT 'B2' AS sku, 1.5::DOUBLE AS quantity`)
    const other = await files.write('other.parquet', `SELECT 'B2' AS sku, 1 AS amount`)

    expect(await refused({ files: [whole, parts] })).toContain('has other columns, or columns of other types')
    expect(await refused({ files: [whole, other] })).toContain('has other columns, or columns of other types')
    expect((await read(parquetSnapshot({ files: [whole, whole], key: 'sku' }))).rows).toHaveLength(2)
  })

  test('one that is written to while it is read', async () => {
    const file = await good()
    const pages = parquetSnapshot({ file, key: 'sku' }).pages({ signal: new AbortController().signal })
    await pages.next()
    appendFileSync(file, 'x')

    const reading = async () => {
      while (!(await pages.next()).done);
    }

    await expect(reading()).rejects.toThrow(/good\.parquet/)
  })

  test('a row that `row` refuses, without a word of its content', async () => {
    const file = await files.write('secret.parquet', `SELECT 'secret' AS sku`)
    const message = await refused({
      file,
      row: () => {
        throw new Error('no')
      },
    })
    expect(message).toBe(`${file}: A row made the row function throw. Return undefined to leave a row out.`)
  })
})

test.for([
  [{ key: 'sku' }, 'file'],
  [{ file: 'a', files: ['b'], key: 'sku' }, 'file'],
  [{ files: [], key: 'sku' }, 'files'],
  [{ file: 'a\0', key: 'sku' }, 'file'],
  [{ file: 'a' }, 'key'],
  [{ file: 'a', key: [] }, 'key'],
  [{ file: 'a', key: 'sku', columns: [] }, 'columns'],
  [{ file: 'a', key: 'sku', columns: ['x', 'x'] }, 'columns'],
  [{ file: 'a', key: 'sku', columns: { x: 'sku', y: 'sku' } }, 'columns'],
  [{ file: 'a', key: 'sku', memoryLimit: 'much' }, 'memoryLimit'],
  [{ file: 'a', key: 'sku', threads: 0 }, 'threads'],
  [{ file: 'a', key: 'sku', tempDirectory: 5 }, 'tempDirectory'],
  [{ file: 'a', key: 'sku', order: 'key' }, 'order'],
  [{ file: 'a', key: 'sku', row: 5 }, 'row'],
] as const)('the options %o are refused: %s', ([options, field]) => {
  expect(() => parquetSnapshot(options as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field }))
})

async function read(
  snapshot: Snapshot,
  context: Partial<Parameters<Snapshot['pages']>[0]> = {},
): Promise<{ rows: readonly SnapshotEntry[]; summary: SnapshotSummary | undefined }> {
  const pages = snapshot.pages({ signal: new AbortController().signal, ...context })
  const rows: SnapshotEntry[] = []
  for (;;) {
    const { done, value } = await pages.next()
    if (done) return { rows, summary: value ?? undefined }
    rows.push(...value)
  }
}
