import { postgresSnapshot, type PostgresSnapshotOptions } from 'dynamodb-stream-sync/snapshots/postgres'
import { describe, expect, test } from 'vitest'
import { fakePostgres } from '../../support/fake-postgres.ts'

const { pool } = fakePostgres(() => undefined)

describe('options of postgresSnapshot', () => {
  test.for<readonly [what: string, options: unknown, field: string, said: RegExp]>([
    ['nothing', undefined, 'postgresSnapshot', /\{ pool, table, key \}/],
    ['no pool', { table: 'a', key: 'k' }, 'pool', /Pool of the package pg/],
    ['neither table nor query', { pool, key: 'k' }, 'table', /no name/],
    ['table and query', { pool, table: 'a', query: 'SELECT 1', key: 'k' }, 'query', /Give a query, or a table/],
    ['schema and query', { pool, schema: 'a', query: 'SELECT 1', key: 'k' }, 'query', /Give a query, or a table/],
    ['an empty query', { pool, query: ' ', key: 'k' }, 'query', /no query/],
    ['values without a query', { pool, table: 'a', values: [], key: 'k' }, 'values', /parameters of a query/],
    ['values that are none', { pool, query: 'SELECT 1', values: {}, key: 'k' }, 'values', /no list/],
    ['no key', { pool, table: 'a' }, 'key', /names no columns/],
    ['a key made by a function', { pool, table: 'a', key: { id: () => 'x' } }, 'key.id', /a function makes no column/],
    ['columns that are none', { pool, table: 'a', key: 'k', columns: 5 }, 'columns', /names no columns/],
    ['a column twice', { pool, table: 'a', key: 'k', columns: ['k'] }, 'columns', /also in key/],
    ['a row that is none', { pool, table: 'a', key: 'k', row: 'x' }, 'row', /function/],
    ['pages of nothing', { pool, table: 'a', key: 'k', pageRows: 0 }, 'pageRows', /from 1 to 100000/],
    ['no time for a page', { pool, table: 'a', key: 'k', statementTimeoutMs: 0 }, 'statementTimeoutMs', /from 1/],
    ['no time for the consumer', { pool, table: 'a', key: 'k', idleTimeoutMs: 1e12 }, 'idleTimeoutMs', /from 1/],
    ['an option that there is not', { pool, table: 'a', key: 'k', tabel: 1 }, 'tabel', /Known are/],
    ['a clock that is none', { pool, table: 'a', key: 'k', clock: 5 }, 'clock', /monotonic/],
  ])('%s', ([, options, field, said]) => {
    expect(() => postgresSnapshot(options as PostgresSnapshotOptions)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field, message: expect.stringMatching(said) as string }),
    )
  })

  test('nothing is asked before the first page', () => {
    const { pool: own, asked } = fakePostgres(() => undefined)
    const snapshot = postgresSnapshot({ pool: own, table: 'a', key: 'k' })
    expect(snapshot.order).toBe('key')
    snapshot.pages({ signal: new AbortController().signal })
    expect(asked).toEqual([])
  })

  test('a driver that does not describe its columns is unavailable', async () => {
    for (const fields of [[{}], 'none', [{ name: 'k' }]]) {
      const { pool: own, released } = fakePostgres(({ text }) =>
        text.endsWith('LIMIT 0') ? { rows: [], fields } : undefined,
      )
      const pages = postgresSnapshot({ pool: own, table: 'a', key: 'k' }).pages({
        signal: new AbortController().signal,
      })
      await expect(pages.next()).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      expect(released).toHaveLength(1)
    }
  })
})
