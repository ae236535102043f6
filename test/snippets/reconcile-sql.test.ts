import { DuckDBInstance } from '@duckdb/node-api'
import { reconcileSql, reportOfSql, reportText } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'

async function query(sql: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("CREATE TABLE inventory AS SELECT 'A1' AS sku, 'eu' AS region, 5 AS quantity")
  await connection.run("CREATE TABLE berlin AS SELECT 'A1' AS sku, 'eu' AS region, 9 AS quantity")
  await connection.run('CREATE TABLE ohio AS FROM berlin WHERE false')
  const reader = await connection.runAndReadAll(sql)
  connection.closeSync()
  return reader.getRowObjectsJS()
}

const runId = 'query-1'

// region sql
const options = {
  source: 'inventory',
  warehouses: {
    berlin: { rows: 'berlin', where: "region = 'eu'" },
    ohio: { rows: 'ohio', where: "region = 'us'" },
  },
  key: 'sku',
  fields: ['quantity'],
} as const
const startedAt = new Date()
const rows = await query(reconcileSql(options))
const report = reportOfSql(rows, { ...options, runId, startedAt, endedAt: new Date() })
// endregion

test('one statement gives the report of a run', () => {
  expect(report).toMatchObject({ sourceRows: 1, warehouses: { berlin: { mismatch: 1 }, ohio: { expected: 0 } } })
  expect(reportText(report)).toContain('berlin')
})
