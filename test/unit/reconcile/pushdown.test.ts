import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareRelations } from '../../../src/reconcile/pushdown.ts'
import { parquetSnapshot } from '../../../src/snapshots/parquet.ts'
import { comparedRelations } from '../../support/compared-relations.ts'
import { parquetFiles, type ParquetFiles } from '../../support/parquet-files.ts'

let files: ParquetFiles
beforeAll(async () => {
  files = await parquetFiles()
})
afterAll(() => files.close())

test('the same change to many rows is seen in each of them', async () => {
  const select = (more: string) =>
    `SELECT range::VARCHAR AS sku, CASE WHEN range % 3 = 0 THEN 0${more} ELSE 5 END AS quantity FROM range(100000)`
  const written = [await files.write('before.parquet', select('')), await files.write('after.parquet', select(' + 1'))]
  const snapshots = written.map((file) => parquetSnapshot({ file, key: 'sku' }))

  const { equalKeys, suspects } = await comparedRelations(snapshots, ['sku'], ['quantity'])

  expect(suspects).toHaveLength(33_334)
  expect(equalKeys).toBe(66_666)
})

test('keys that come twice everywhere, in the same way, are told', async () => {
  const select = `SELECT unnest(['a', 'b', 'b', 'c']) AS sku, unnest([1, 2, 3, 4]) AS quantity`
  const snapshot = parquetSnapshot({ file: await files.write('twice.parquet', select), key: 'sku' })

  const { equalKeys, suspects } = await comparedRelations([snapshot, snapshot, snapshot], ['sku'], ['quantity'])

  expect(equalKeys).toBe(2)
  expect(
    suspects.map(({ key, source, held }) => [key, source.duplicate, ...held.map(({ duplicate }) => duplicate)]),
  ).toEqual([['b', true, true, true]])
})

test('a key with very many copies at every place is not multiplied', async () => {
  const select = `SELECT CASE WHEN range < 50000 THEN 'a' ELSE range::VARCHAR END AS sku, 1 AS quantity FROM range(60000)`
  const snapshot = parquetSnapshot({ file: await files.write('copies.parquet', select), key: 'sku' })

  const { equalKeys, suspects } = await comparedRelations([snapshot, snapshot, snapshot], ['sku'], ['quantity'])

  expect(equalKeys).toBe(10_000)
  expect(suspects.map(({ key }) => key)).toEqual(['a'])
})

test('numbers are sorted and compared as numbers, whatever integers they are', async () => {
  const snapshots = await Promise.all(
    ['INTEGER', 'BIGINT'].map(async (type) => {
      const select = `SELECT unnest([10, -3, 9])::${type} AS n, unnest([1, 2, 3])::${type} AS quantity`
      return parquetSnapshot({ file: await files.write(`${type}.parquet`, select), key: 'n' })
    }),
  )
  const none = parquetSnapshot({
    file: await files.write('none.parquet', 'SELECT 1 AS n, 1 AS quantity WHERE false'),
    key: 'n',
  })

  expect(await comparedRelations(snapshots, ['n'], ['quantity'])).toEqual({ equalKeys: 3, suspects: [] })
  const { suspects } = await comparedRelations([...snapshots, none], ['n'], ['quantity'])
  expect(suspects.map(({ source }) => source.entry!.item['n'])).toEqual([-3, 9, 10])
})

test.for([
  ['an empty list and none', '[]::INTEGER[]', 'NULL::INTEGER[]'],
  ['a list of lists and a list of one list', '[[[1], [2]]]', '[[[1, 2]]]'],
  ['a struct of nothing and none', '{ a: NULL::INTEGER }', 'NULL::STRUCT(a INTEGER)'],
  ['an empty list within a struct and none', '{ a: []::INTEGER[] }', '{ a: NULL::INTEGER[] }'],
  ['an empty map and none', 'MAP {}::MAP(VARCHAR, INTEGER)', 'NULL::MAP(VARCHAR, INTEGER)'],
  ['an array of nothing and none', '[NULL, NULL]::INTEGER[2]', 'NULL::INTEGER[2]'],
  ['texts that look like lists', `['a, b']`, `['a', 'b']`],
] as const)('%s are not the same', async ([, one, other]) => {
  const relations = [one, other].map((sql) => ({ relation: `(SELECT 'A' AS sku, ${sql} AS tags)` }))

  const { equalKeys, suspects } = await comparedRelations(relations, ['sku'], ['tags'])
  expect(suspects).toHaveLength(1)
  expect(equalKeys).toBe(0)
  const twice = [relations[0]!, relations[0]!]
  expect(await comparedRelations(twice, ['sku'], ['tags'])).toEqual({ equalKeys: 1, suspects: [] })
})

test.for([
  ['a year of five digits', "DATE '12026-01-01'", "'12026-01-01'"],
  ['a year before the first', "DATE '0044-03-15 (BC)'", "'0044-03-15 (BC)'"],
] as const)('%s is no text that DuckDB would write for it', async ([, date, text]) => {
  const relations = [date, text].map((sql) => ({ relation: `(SELECT 'A' AS sku, ${sql} AS since)` }))
  expect((await comparedRelations(relations, ['sku'], ['since'])).suspects).toHaveLength(1)
})

test('dates and their texts are the same', async () => {
  const relations = ["DATE '2026-01-01'", "'2026-01-01'", 'NULL::DATE', 'NULL::VARCHAR'].map((sql) => ({
    relation: `(SELECT 'A' AS sku, ${sql} AS since)`,
  }))
  for (const two of [relations.slice(0, 2), relations.slice(2)])
    expect(await comparedRelations(two, ['sku'], ['since'])).toEqual({ equalKeys: 1, suspects: [] })
})

test.for([
  ["'nan'::DOUBLE", /holds rows without a key/],
  ["'-infinity'::FLOAT", /holds rows without a key/],
  ['12345678901234567890.1::DECIMAL(38,1)', /which is no key/],
] as const)('a number that can be no key is refused: %s', async ([sql, message]) => {
  const relation = `(SELECT ${sql} AS sku, 1 AS quantity)`
  await expect(comparedRelations([{ relation }, { relation }], ['sku'], ['quantity'])).rejects.toThrow(message)
})

test('a range of keys is compared alone', async () => {
  const snapshot = parquetSnapshot({
    file: await files.write('letters.parquet', `SELECT unnest(['a', 'b', 'c', 'd']) AS sku`),
    key: 'sku',
  })
  const other = parquetSnapshot({
    file: await files.write('others.parquet', `SELECT unnest(['a', 'c', 'e']) AS sku`),
    key: 'sku',
  })

  const { equalKeys, suspects } = await comparedRelations([snapshot, other], ['sku'], [], { after: 'a', until: 'd' })

  expect(equalKeys).toBe(1)
  expect(suspects.map(({ key }) => key)).toEqual(['b', 'd'])
})

describe('a place that cannot be compared is told by its name', () => {
  const good = () => files.write('good.parquet', `SELECT 'a' AS sku, 1 AS quantity`)
  const refused = async (select: string, key: readonly string[] = ['sku']): Promise<unknown> => {
    const bad = await files.write('bad.parquet', select)
    return compareRelations({
      source: `read_parquet('${await good()}')`,
      warehouses: { east: `read_parquet('${bad}')` },
      key,
    }).catch((error: unknown) => error)
  }

  test.for([
    [`SELECT 'a' AS article`, '"east" does not have the key column "sku"'],
    [`SELECT 1 AS sku`, '"east" has the key column "sku" in the type INTEGER, and "source" in VARCHAR'],
    [`SELECT [1] AS sku`, 'which is no key'],
    [`SELECT NULL::VARCHAR AS sku`, '"east" holds rows without a key'],
    [`SELECT '' AS sku`, '"east" holds rows without a key'],
  ] as const)('%s: %s', async ([select, message]) => {
    expect(await refused(select)).toMatchObject({
      code: 'SNAPSHOT_INVALID',
      message: expect.stringContaining(message) as string,
    })
  })

  test('a missing file', async () => {
    const comparing = compareRelations({
      source: `read_parquet('${await good()}')`,
      warehouses: { east: `read_parquet('/missing/east.parquet')` },
      key: ['sku'],
    })

    await expect(comparing).rejects.toThrow(
      `"east" (read_parquet('/missing/east.parquet')) cannot be read. There is no such file.`,
    )
  })

  test('a run that is ended', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const many = `(SELECT range AS sku FROM range(100000000000))`
    const comparing = compareRelations({ source: many, warehouses: { east: many }, key: ['sku'], signal: stop.signal })
    setImmediate(() => stop.abort(reason))

    await expect(comparing).rejects.toBe(reason)
  })
})
