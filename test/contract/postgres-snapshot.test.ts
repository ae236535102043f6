import type { Snapshot, SnapshotContext, SnapshotEntry, SnapshotSummary } from 'dynamodb-stream-sync'
import { postgresSnapshot, type PostgresSnapshotOptions } from 'dynamodb-stream-sync/snapshots/postgres'
import { postgresMigration, postgresTarget } from 'dynamodb-stream-sync/targets/postgres'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareKeys } from '../../src/core/key-order.ts'
import { keyText } from '../../src/core/key.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres-server.ts'
import { untilIdle } from '../support/postgres-watch.ts'
import { allOf, callContext, removalOf, upsertOf, versionOf } from '../support/stock-changes.ts'

describe.skipIf(withoutPostgres())('postgresSnapshot on a real server', () => {
  let server: PostgresServer
  let pool: Pool
  let tables = 0

  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
  })
  afterAll(() => server.stop())

  const sql = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as unknown[]
  const open = (snapshot: Snapshot, context: Partial<SnapshotContext> = {}) =>
    snapshot.pages({ signal: new AbortController().signal, ...context })

  async function read(snapshot: Snapshot, context: Partial<SnapshotContext> = {}) {
    const entries: SnapshotEntry[] = []
    const pages = open(snapshot, context)
    let page = await pages.next()
    for (; !page.done; page = await pages.next()) entries.push(...page.value)
    return { entries, summary: page.value as SnapshotSummary }
  }

  type Reading = Partial<PostgresSnapshotOptions> & { readonly key?: PostgresSnapshotOptions['key'] }

  /** A table with so many rows, `sku` and `quantity`. */
  async function tableOf(rows: number, text = '') {
    const table = `rows ${(tables += 1)}`
    await sql(`CREATE TABLE "${table}" (sku text PRIMARY KEY, quantity integer, note text)`)
    await sql(`INSERT INTO "${table}" SELECT 'S' || n, n, $1 FROM generate_series(1, $2::int) n`, [text, rows])
    const of = (options: Reading = {}) =>
      postgresSnapshot({ pool, table, key: 'sku', ...options } as PostgresSnapshotOptions)
    return { table, of }
  }
  const free = async () => {
    await untilIdle(pool)
    expect(pool.idleCount).toBe(pool.totalCount)
  }

  test('all rows are those of one moment, whatever is written while they are read', async () => {
    const { table, of } = await tableOf(250)
    const pages = open(of())
    const entries = [...((await pages.next()).value as SnapshotEntry[])]
    await sql(`UPDATE "${table}" SET quantity = -1`)
    await sql(`DELETE FROM "${table}" WHERE sku = 'S99'`)
    await sql(`INSERT INTO "${table}" VALUES ('S991', 1)`)
    let page = await pages.next()
    for (; !page.done; page = await pages.next()) entries.push(...page.value)
    expect(entries).toHaveLength(250)
    expect(entries.every(({ item }) => Number(item['quantity']) > 0)).toBe(true)
    expect(page.value).toMatchObject({ complete: true, rows: 250 })
    await free()
  })

  test('a team’s own table: columns by name, renamed, chosen, or made into an item', async () => {
    const { of } = await tableOf(1, 'n')
    const itemOf = async (options: Reading) => (await read(of(options))).entries
    expect(await itemOf({})).toEqual([{ item: { sku: 'S1', quantity: 1, note: 'n' } }])
    expect(await itemOf({ columns: ['quantity'] })).toEqual([{ item: { sku: 'S1', quantity: 1 } }])
    expect(await itemOf({ key: { sku: 'article' }, columns: { quantity: 'onHand' } })).toEqual([
      { item: { article: 'S1', onHand: 1 } },
    ])
    expect(await itemOf({ row: ({ quantity }) => ({ stock: { onHand: quantity } }) })).toEqual([
      { item: { sku: 'S1', stock: { onHand: 1 } } },
    ])
  })

  test('values of any type', async () => {
    const values: Readonly<Record<string, readonly [sql: string, value: unknown]>> = {
      n: ["'12345678901234567890.5000'::numeric", { value: '12345678901234567890.5' }],
      money: ["'5.10'::numeric(9,2)", 5.1],
      big: ['9223372036854775807', 9223372036854775807n],
      nan: ["'NaN'::numeric", NaN],
      infinite: ["'-Infinity'::float8", -Infinity],
      float: ["'1e22'::float8", 1e22],
      no: ['false', false],
      bytes: ["'\\x00ff'::bytea", new Uint8Array([0, 255])],
      json: [`'{"a":[1.50,12345678901234567890]}'::json`, { a: [1.5, 12345678901234567890n] }],
      tags: ["'{a,b}'::text[]", new Set(['a', 'b'])],
      twice: ["'{a,a}'::text[]", ['a', 'a']],
      holes: ["'{1,NULL}'::int[]", [1, null]],
      matrix: ["'{{1},{2}}'::int[]", [[1], [2]]],
      files: ["ARRAY['\\x01'::bytea]", new Set([new Uint8Array([1])])],
      at: ["'2026-03-01 12:00:00+02'::timestamptz", '2026-03-01T10:00:00.000Z'],
      ever: ["'infinity'::timestamptz", 'infinity'],
      local: ["'2026-03-01 12:00:00'::timestamp", '2026-03-01T12:00:00'],
      day: ["'2026-03-01'::date", '2026-03-01'],
      span: ["'1 day 2 hours'::interval", '1 day 02:00:00'],
      address: ["'10.0.0.1'::inet", '10.0.0.1'],
      nothing: ['NULL::text', null],
      ['__proto__']: ["'data'::text", 'data'],
    }
    const list = Object.entries(values).map(([name, [text]]) => `${text} AS "${name}"`)
    const query = `SELECT 'A'::varchar AS sku, ${list.join(', ')};\n`
    const { entries } = await read(postgresSnapshot({ pool, query, key: 'sku' }))
    const item: unknown = Object.fromEntries([
      ['sku', 'A'],
      ...Object.entries(values).map(([name, [, value]]) => [name, value]),
    ])
    expect(entries).toEqual([{ item }])
    expect(Object.keys(entries[0]!.item)).toContain('__proto__')
  })

  test('a table of postgresTarget gives versions and tombstones, and hides what is the library’s', async () => {
    const table = `versioned ${(tables += 1)}`
    await pool.query(postgresMigration({ table, key: 'sku', columns: { quantity: 'integer' } }))
    const target = postgresTarget({ pool, table })
    await target.applyBatch([upsertOf({ sku: 'A' }, 1, { quantity: 1 }), removalOf({ sku: 'B' }, 2)], callContext())
    await sql(`INSERT INTO "${table}" (sku, quantity) VALUES ('C', 3)`)
    const snapshot = postgresSnapshot({ pool, table, key: 'sku', row: ({ quantity }) => ({ n: Number(quantity) }) })
    expect((await read(snapshot)).entries).toEqual([
      { item: { sku: 'A', n: 1 }, version: versionOf(1) },
      { item: { sku: 'B' }, version: versionOf(2), removed: true },
      { item: { sku: 'C', n: 3 } },
    ])
  })

  test('columns that only look like the library’s are attributes', async () => {
    await sql(`CREATE TABLE lookalike (sku text, _version integer, _removed text)`)
    await sql(`INSERT INTO lookalike VALUES ('A', 7, 'no')`)
    const options = { pool, table: 'lookalike', key: 'sku' }
    expect((await read(postgresSnapshot(options))).entries).toEqual([
      { item: { sku: 'A', _version: 7, _removed: 'no' } },
    ])
    await expect(read(postgresSnapshot({ ...options, versionColumn: '_version' }))).rejects.toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: expect.stringMatching(/"_version" is not of type text/) as string,
    })
  })

  describe('order, ranges and parts', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...Array.from(' !"Aaéb~\u0001\u{1f600}\uffee')), fc.constant('a')),
      minLength: 1,
      maxLength: 4,
    })
    const number = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e120, max: 1e120 }),
      fc.integer({ min: -3, max: 3 }),
    )
    const bytes = fc.uint8Array({ maxLength: 3 })
    const instant = fc
      .tuple(fc.nat(2), fc.constantFrom('000', '000001', '5', '5001', '50012', '12', '999999'))
      .map(([second, fraction]) => `2026-03-01T10:00:0${second}.${fraction.padEnd(3, '0')}Z`)

    test.for<readonly [types: Readonly<Record<string, string>>, rows: fc.Arbitrary<Readonly<Record<string, unknown>>>]>(
      [
        [{ a: 'text' }, fc.record({ a: text })],
        [{ a: 'varchar(9)' }, fc.record({ a: text })],
        [{ a: 'numeric' }, fc.record({ a: number })],
        [{ a: 'double precision' }, fc.record({ a: number })],
        [{ a: 'bytea' }, fc.record({ a: bytes })],
        [{ a: 'text', b: 'text' }, fc.record({ a: text, b: text })],
        [{ a: 'text', b: 'numeric' }, fc.record({ a: text, b: number })],
        [{ a: 'numeric', b: 'text' }, fc.record({ a: number, b: text })],
        [{ a: 'timestamptz' }, fc.record({ a: instant })],
        [{ a: 'text', b: 'timestamptz' }, fc.record({ a: text, b: instant })],
      ],
    )(
      'keys of %o come in the order of their key texts; ranges leave out nothing; parts are all',
      async ([types, row]) => {
        const names = Object.keys(types)
        const keyOf = (item: Readonly<Record<string, unknown>>) => keyText(names, item)
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(row, { minLength: 1, maxLength: 30, selector: keyOf }),
            fc.nat(),
            fc.nat(),
            async (items, from, to) => {
              const keys = items.map(keyOf).sort(compareKeys)
              const table = `ordered ${(tables += 1)}`
              await pool.query(postgresMigration({ table, key: types }))
              const target = postgresTarget({ pool, table })
              const changes = items.map((item) => upsertOf(item as Parameters<typeof upsertOf>[0], 1))
              expect(await target.applyBatch(changes, callContext())).toEqual(items.map(() => 'applied'))
              const snapshot = postgresSnapshot({ pool, table, key: names })
              const keysOf = async (context: Partial<SnapshotContext>) =>
                (await read(snapshot, context)).entries.map(({ item }) => keyOf(item))
              expect(await keysOf({})).toEqual(keys)
              const [after, until] = [keys[from % keys.length]!, keys[to % keys.length]!]
              const wanted = (key: string) => compareKeys(key, after) > 0 && compareKeys(key, until) <= 0
              expect((await keysOf({ after, until })).filter(wanted)).toEqual(keys.filter(wanted))
              const parts = await Promise.all([0, 1, 2].map((index) => keysOf({ partition: { index, count: 3 } })))
              expect(parts.flat().sort(compareKeys)).toEqual(keys)
              await sql(`DROP TABLE "${table}"`)
            },
          ),
          { numRuns: 12 },
        )
      },
    )

    test('a range of text keys is left to the database, alone or with a second attribute', async () => {
      const { of } = await tableOf(100)
      const skus = async (snapshot: Snapshot, range: Partial<SnapshotContext>) =>
        (await read(snapshot, range)).entries.map(({ item }) => item['sku'])
      expect(await skus(of(), { after: 'S97', until: 'S99' })).toEqual(['S98', 'S99'])
      const pair = of({ key: ['sku', 'note'] })
      expect(await skus(pair, { after: 'S97 x', until: 'S99 x' })).toEqual(['S97', 'S98', 'S99'])
      expect(await skus(of(), { after: 'S97\0', until: 'S98\ud800' })).toHaveLength(100) // no text of the database
    })

    test('an index in byte order saves the sort', async () => {
      const table = `indexed ${(tables += 1)}`
      await pool.query(postgresMigration({ table, key: ['sku', 'location'] }))
      const said: { readonly text: string; readonly values?: unknown[] }[] = []
      const overheard = {
        connect: async () => {
          const client = await pool.connect()
          const query = (one: (typeof said)[number]) => {
            said.push(one)
            return client.query(one)
          }
          return { query, release: (close?: boolean) => client.release(close) }
        },
      }
      await read(postgresSnapshot({ pool: overheard, table, key: ['sku', 'location'] }), { after: 'A B' })
      const cursor = said.find(({ text: statement }) => statement.startsWith('DECLARE'))
      const client = await pool.connect()
      await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off')
      const { rows } = await client.query(`EXPLAIN ${cursor!.text}`, cursor!.values)
      await client.query('ROLLBACK')
      client.release()
      expect(JSON.stringify(rows)).toMatch(/Index.*Index Cond: .*sku >= 'A'/)
      expect(JSON.stringify(rows)).not.toContain('Sort')
    })
  })

  describe('endings', () => {
    test('a consumer that stops early gives its client back, and no transaction stays', async () => {
      const { of } = await tableOf(250)
      const pages = open(of())
      await pages.next()
      expect(pool.idleCount).toBe(pool.totalCount - 1)
      expect(await pages.return!()).toMatchObject({ done: true })
      expect(await pages.next()).toMatchObject({ done: true, value: { complete: false } })
      await free()
      expect(pool.totalCount).toBeGreaterThan(0) // the connection was kept
    })

    test('an abort between two pages ends the transaction by itself, and what follows is not complete', async () => {
      const { of } = await tableOf(250)
      const stop = new AbortController()
      const pages = open(of(), { signal: stop.signal })
      await pages.next()
      stop.abort()
      await free()
      expect(await pages.next()).toMatchObject({ done: true, value: { complete: false } })
    })

    test.for(['abort', 'return'])('%s while a page is on its way ends it at once', async (how) => {
      const own = server.pool()
      const snapshot = postgresSnapshot({ pool: own, query: 'SELECT 1 AS sku, pg_sleep(600)', key: 'sku' })
      const stop = new AbortController()
      const pages = open(snapshot, { signal: stop.signal })
      const page = pages.next()
      for (let busy = false; !busy;)
        busy = (await sql("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).length > 0
      if (how === 'abort') stop.abort()
      else void pages.return!()
      expect(await page).toMatchObject({ done: true, value: { complete: false } })
      expect(own.totalCount).toBe(0)
      await sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    })

    test('a signal that is aborted already asks nobody', async () => {
      const own = server.pool()
      const snapshot = postgresSnapshot({ pool: own, query: 'SELECT 1 AS sku', key: 'sku' })
      expect((await read(snapshot, { signal: AbortSignal.abort() })).summary).toMatchObject({ complete: false })
      expect(own.totalCount).toBe(0)
    })

    test('a page that takes the server too long is unavailable', async () => {
      const query = 'SELECT 1 AS sku, pg_sleep(600)'
      const slow = postgresSnapshot({ pool, query, key: 'sku', statementTimeoutMs: 50 })
      await expect(read(slow)).rejects.toMatchObject({
        code: 'TARGET_UNAVAILABLE',
        message: expect.stringMatching(/57014/) as string,
      })
      await free()
    })

    test('a consumer that takes too long finds the transaction ended: unavailable, never complete', async () => {
      const { of } = await tableOf(250)
      const pages = open(of({ idleTimeoutMs: 50 }))
      await pages.next()
      await untilIdle(pool)
      await expect(pages.next()).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      expect(pool.idleCount).toBe(pool.totalCount)
    })

    test('a server that stops while it is read is unavailable', async () => {
      const { of } = await tableOf(250)
      const pages = open(of())
      await pages.next()
      await server.crash()
      await expect(pages.next()).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      await expect(open(of()).next()).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      await server.restart()
      expect((await read(of())).summary).toMatchObject({ complete: true, rows: 250 })
    })

    test('pages of large rows are small', async () => {
      const { of } = await tableOf(1_100, 'x'.repeat(30_000))
      const { pages, summary } = await allOf(of())
      expect(summary).toMatchObject({ complete: true, rows: 1_100 })
      expect(pages[0]).toHaveLength(100)
      expect(Math.max(...pages.slice(1).map((page) => page.length))).toBeLessThan(150)
      expect((await allOf(of({ columns: ['quantity'], pageRows: 500 }))).pages.map((page) => page.length)).toEqual([
        100, 500, 500,
      ])
    })
  })

  describe('what cannot be read', () => {
    test.for<readonly [what: string, reading: Reading & { readonly query?: string }, code: string, said: RegExp]>([
      ['a missing column', { key: 'nope' }, 'TARGET_UNAVAILABLE', /no column "nope"/],
      ['a missing column of the library', { versionColumn: 'v' }, 'TARGET_UNAVAILABLE', /no column "v"/],
      ['a key that is NULL', { query: 'SELECT NULL::text AS sku' }, 'SNAPSHOT_INVALID', /no key/],
      [
        'a row function that throws',
        {
          row: () => {
            throw new Error('S1')
          },
        },
        'SNAPSHOT_INVALID',
        /function row threw/,
      ],
      ['a row function that answers nothing', { row: () => undefined as never }, 'SNAPSHOT_INVALID', /no object/],
      ['a query that is none', { query: 'SELECT FROM WHERE' }, 'TARGET_UNAVAILABLE', /42601.*query/],
      [
        'a query that fails midway',
        { query: 'SELECT (n / (n - 200))::text AS sku FROM generate_series(1, 300) n' },
        'TARGET_UNAVAILABLE',
        /22012/,
      ],
      ['a query that writes', { query: "SELECT nextval('numbers')::text AS sku" }, 'TARGET_UNAVAILABLE', /25006/],
      ['two columns of one name', { query: 'SELECT 1 AS sku, 2 AS sku' }, 'TARGET_UNAVAILABLE', /42702/],
    ])('%s', async ([, { query, ...reading }, code, said]) => {
      await sql('CREATE SEQUENCE IF NOT EXISTS numbers')
      const { of } = await tableOf(1)
      const snapshot = query === undefined ? of(reading) : postgresSnapshot({ pool, query, key: 'sku' })
      const error: unknown = await read(snapshot).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code, message: expect.stringMatching(said) as string })
      await free()
    })

    test('a missing table is unavailable', async () => {
      const missing = postgresSnapshot({ pool, table: 'missing', key: 'sku' })
      await expect(read(missing)).rejects.toMatchObject({
        code: 'TARGET_UNAVAILABLE',
        message: expect.stringMatching(/42P01/) as string,
      })
    })
  })
})
