import { afterAll, beforeAll, describe, test } from 'vitest'
import { parquetSnapshot } from '../../src/snapshots/parquet.ts'
import { snapshotContract } from '../../src/testing/snapshot-contract.ts'
import { parquetFiles, type ParquetFiles } from '../support/parquet-files.ts'

let files: ParquetFiles
let made = 0
beforeAll(async () => {
  files = await parquetFiles()
})
afterAll(() => files.close())

type Rows = readonly { readonly sku: string; readonly quantity: number }[]

async function write(rows: readonly object[], quantity: string, options?: string): Promise<string> {
  return files.rows(`${++made}.parquet`, rows, { sku: 'VARCHAR', quantity }, options)
}

describe('a Parquet file', () => {
  for (const { name, check } of snapshotContract({
    create: async (rows) => parquetSnapshot({ file: await write(rows, 'INTEGER'), key: 'sku' }),
  }))
    test(name, check)
})

describe('a Parquet file of many row groups, packed by zstd, quantities as decimals', () => {
  for (const { name, check } of snapshotContract({
    create: async (rows) =>
      parquetSnapshot({
        file: await write(rows, 'DECIMAL(20,2)', ', COMPRESSION zstd, ROW_GROUP_SIZE 2048'),
        key: ['sku'],
        columns: ['quantity'],
      }),
  }))
    test(name, check)
})

describe('several Parquet files with columns of other names', () => {
  for (const { name, check } of snapshotContract({
    create: async (rows) => {
      const renamed = (rows as Rows).map(({ sku, quantity }) => ({ article: sku, on_hand: quantity }))
      const types = { article: 'VARCHAR', on_hand: 'HUGEINT' }
      const parts = await Promise.all(
        [0, 1].map((half) =>
          files.rows(
            `${++made}.parquet`,
            renamed.filter((_, index) => index % 2 === half),
            types,
          ),
        ),
      )
      return parquetSnapshot({ files: parts, key: 'sku', columns: { article: 'sku', on_hand: 'quantity' } })
    },
  }))
    test(name, check)
})

describe('a Parquet file with a row function', () => {
  for (const { name, check } of snapshotContract({
    create: async (rows) =>
      parquetSnapshot({
        file: await write(rows, 'DOUBLE'),
        key: 'sku',
        row: ({ sku, quantity }) => ({ sku, quantity }),
      }),
  }))
    test(name, check)
})
