import {
  postgresMigration,
  postgresPurge,
  postgresTarget,
  type PostgresTargetOptions,
} from 'dynamodb-stream-sync/targets/postgres'
import { describe, expect, test } from 'vitest'
import { fakePostgres, serverFault, type Asked } from '../../support/fake-postgres.ts'
import { callContext, removalOf, upsertOf, versionOf } from '../../support/stock-changes.ts'

const { pool } = fakePostgres(() => undefined)

/** A catalog with a text key, a quantity and what the library needs. */
const catalog = [
  ['sku', 'text', 25],
  ['quantity', 'numeric', 1700],
  ['_version', 'text', 25],
  ['_removed', 'boolean', 16],
  ['_removed_at', 'timestamp with time zone', 1184],
] as const

function tableThatAnswers(answer: (asked: Asked) => unknown) {
  return fakePostgres((asked) => {
    if (asked.text.includes('pg_attribute'))
      return { rows: catalog.map(([name, type]) => ({ name, type, place: '0' })), fields: [] }
    if (asked.text.endsWith('LIMIT 0'))
      return { rows: [], fields: catalog.map(([name, , dataTypeID]) => ({ name, dataTypeID, dataTypeModifier: -1 })) }
    return answer(asked)
  })
}

describe('options of postgresTarget', () => {
  test.for<readonly [what: string, options: unknown, field: string, said: RegExp]>([
    ['nothing', undefined, 'postgresTarget', /\{ pool, table \}/],
    ['a list', [], 'postgresTarget', /a list/],
    ['no pool', { table: 'stock' }, 'pool', /Pool of the package pg/],
    ['a pool that is none', { pool: {}, table: 'stock' }, 'pool', /connect/],
    ['no table', { pool }, 'table', /no name/],
    ['an empty table', { pool, table: '' }, 'table', /no name/],
    ['a table of 64 bytes', { pool, table: 'é'.repeat(32) }, 'table', /63 bytes/],
    ['a NUL in a name', { pool, table: 'a\0' }, 'table', /no name/],
    ['half a surrogate pair in a name', { pool, table: 'a', schema: '\ud800' }, 'schema', /no name/],
    ['an option that there is not', { pool, table: 'a', colums: {} }, 'colums', /Known are/],
    ['a key that is a number', { pool, table: 'a', key: 5 }, 'key', /5 names no columns/],
    ['a key of nothing', { pool, table: 'a', key: [] }, 'key', /names no columns/],
    ['a key with no name', { pool, table: 'a', key: [''] }, 'key', /no name/],
    ['a key column twice', { pool, table: 'a', key: ['sku', 'sku'] }, 'key', /twice/],
    ['a key of a number', { pool, table: 'a', key: { sku: 5 } }, 'key.sku', /5 makes no column/],
    ['columns that are none', { pool, table: 'a', columns: 'x'.repeat(99) }, 'columns', /no name/],
    ['columns of nothing', { pool, table: 'a', columns: {} }, 'columns', /names no columns/],
    ['a column of null', { pool, table: 'a', columns: { qty: null } }, 'columns.qty', /null makes no column/],
    [
      'a column that is the key too',
      { pool, table: 'a', key: 'sku', columns: { sku: 'sku' } },
      'columns',
      /also in key/,
    ],
    [
      'a column that is the version',
      { pool, table: 'a', columns: { _version: 'v' } },
      'versionColumn',
      /also in columns/,
    ],
    [
      'one name for two meanings',
      { pool, table: 'a', removedColumn: '_version' },
      'removedColumn',
      /also in versionColumn/,
    ],
    ['a row that is none', { pool, table: 'a', row: {} }, 'row', /function/],
    ['a version column without name', { pool, table: 'a', versionColumn: '' }, 'versionColumn', /no name/],
    ['a batch of none', { pool, table: 'a', batchSize: 0 }, 'batchSize', /from 1 to 1000/],
    ['a batch of half', { pool, table: 'a', batchSize: 1.5 }, 'batchSize', /whole/],
    ['no time', { pool, table: 'a', statementTimeoutMs: 0 }, 'statementTimeoutMs', /from 1/],
    ['a clock that stands', { pool, table: 'a', clock: { now: () => 0 } }, 'clock', /monotonic/],
  ])('%s', ([, options, field, said]) => {
    expect(() => postgresTarget(options as PostgresTargetOptions)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field, message: expect.stringMatching(said) as string }),
    )
  })

  test('the target is guarded, and its batches have the size that was told', () => {
    expect(postgresTarget({ pool, table: 'a' })).toMatchObject({ guarded: true, batchSize: 100 })
    expect(postgresTarget({ pool, table: 'a', batchSize: 7 })).toMatchObject({ batchSize: 7 })
  })

  test('a snapshot is sorted where the key’s columns are named', () => {
    const orderOf = (key?: PostgresTargetOptions['key']) => postgresTarget({ pool, table: 'a', key }).snapshot!().order
    expect(orderOf()).toBe('none')
    expect(orderOf('sku')).toBe('key')
    expect(orderOf(['sku', 'location'])).toBe('key')
    expect(orderOf({ article: 'sku' })).toBe('key')
    expect(orderOf({ id: ({ key }) => key })).toBe('none')
  })
})

describe('a batch', () => {
  test('is one statement in a transaction that ends in time; names are quoted, values are parameters', async () => {
    const {
      pool: own,
      asked,
      released,
    } = tableThatAnswers(({ text }) =>
      text.startsWith('WITH')
        ? {
            rows: [
              { n: '1', written: 'true' },
              { n: '2', written: 'true' },
            ],
            fields: [],
          }
        : undefined,
    )
    const target = postgresTarget({ pool: own, table: 'sto"ck', schema: 's' })
    const changes = [upsertOf({ sku: `A'` }, 1, { quantity: 5 }), removalOf({ sku: 'B' }, 2)]
    expect(await target.applyBatch(changes, callContext())).toEqual(['applied', 'applied'])
    const [, , , , begin, upsert, commit, ...rest] = asked
    expect(begin!.text).toMatch(
      /^BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 9\d{3}; /,
    )
    expect(upsert!.text).toContain(
      'INSERT INTO "s"."sto""ck" AS held ("sku", "quantity", "_version", "_removed", "_removed_at")',
    )
    expect(upsert!.values).toEqual([
      [versionOf(1), versionOf(2)],
      [false, true],
      [`A'`, 'B'],
      ['5', null],
    ])
    expect(commit!.text).toBe('COMMIT')
    expect(rest).toEqual([])
    expect(released).toEqual([false, false])
    await target.applyBatch(changes, callContext())
    expect(asked).toHaveLength(10) // the catalog was not asked again
  })

  test('of changes that are all refused asks the server for nothing more', async () => {
    const { pool: own, asked } = tableThatAnswers(() => undefined)
    const [answer] = await postgresTarget({ pool: own, table: 'stock' }).applyBatch(
      [upsertOf({ sku: 'A' }, 1, { quantity: NaN })],
      callContext(),
    )
    expect(answer).toMatchObject({ code: 'TARGET_REJECTED' })
    expect(asked.some(({ text }) => text.startsWith('WITH'))).toBe(false)
  })

  test('that fails is rolled back, and its client kept; one that nobody answers is not', async () => {
    for (const [fault, kept] of [
      [serverFault('23514'), true],
      [serverFault('40P01'), true],
      [serverFault('57P01', { severity: 'FATAL' }), false],
      [new Error('Connection terminated unexpectedly'), false],
    ] as const) {
      const {
        pool: own,
        asked,
        released,
      } = tableThatAnswers(({ text }) => (text.startsWith('WITH') ? fault : undefined))
      await expect(
        postgresTarget({ pool: own, table: 'a' }).applyBatch([upsertOf({ sku: 'A' }, 1)], callContext()),
      ).rejects.toThrow()
      expect(asked.at(-1)!.text === 'ROLLBACK').toBe(kept)
      expect(released.at(-1)).toBe(!kept)
    }
  })

  test.for<readonly [what: string, answer: unknown]>([
    ['nothing', null],
    ['a text', 'OK'],
    ['rows that are none', { rows: 'many' }],
    ['no rows of the batch', { rows: [], fields: [] }],
  ])('that is answered with %s is unavailable', async ([, answer]) => {
    const { pool: own } = tableThatAnswers(({ text }) => (text.startsWith('WITH') ? answer : undefined))
    const work = postgresTarget({ pool: own, table: 'a' }).applyBatch([upsertOf({ sku: 'A' }, 1)], callContext())
    const [told] = await work.catch((error: unknown) => [error])
    expect(told).toMatchObject({ code: 'TARGET_UNAVAILABLE' })
  })

  test('is unavailable where the pool throws, or a clock says that the time is up', async () => {
    const thrower = {
      connect: () => {
        throw new Error('ended')
      },
    }
    const dead = { connect: () => new Promise<never>(() => undefined) }
    const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined }
    for (const options of [{ pool: thrower }, { pool: dead, clock }])
      await expect(
        postgresTarget({ table: 'a', ...options }).applyBatch([upsertOf({ sku: 'A' }, 1)], callContext()),
      ).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
  })

  test('whose column function throws is rejected, without its words', async () => {
    const { pool: own } = tableThatAnswers(() => undefined)
    const columns = {
      quantity: () => {
        throw new Error('secret')
      },
    }
    const [answer] = await postgresTarget({ pool: own, table: 'a', columns }).applyBatch(
      [upsertOf({ sku: 'A' }, 1)],
      callContext(),
    )
    expect(answer).toMatchObject({ code: 'TARGET_REJECTED', message: expect.not.stringContaining('secret') as string })
  })
})

describe('postgresMigration', () => {
  test('prints what a new table is made of, and what one gets that was there before', () => {
    const sql = postgresMigration({
      table: 'stock',
      key: ['sku', 'location'],
      columns: { quantity: 'numeric', size: 'jsonb' },
    })
    expect(sql.slice(0, sql.indexOf('DO $do$'))).toBe(`CREATE TABLE IF NOT EXISTS "stock" (
  "sku" text COLLATE "C" NOT NULL,
  "location" text COLLATE "C" NOT NULL,
  "quantity" numeric,
  "size" jsonb,
  "_version" text COLLATE "C",
  "_removed" boolean NOT NULL DEFAULT false,
  "_removed_at" timestamptz,
  PRIMARY KEY ("sku", "location")
);
ALTER TABLE "stock"
  ADD COLUMN IF NOT EXISTS "quantity" numeric,
  ADD COLUMN IF NOT EXISTS "size" jsonb,
  ADD COLUMN IF NOT EXISTS "_version" text COLLATE "C",
  ADD COLUMN IF NOT EXISTS "_removed" boolean NOT NULL DEFAULT false,
  ADD COLUMN IF NOT EXISTS "_removed_at" timestamptz;
`)
    expect(sql).toContain('CREATE UNIQUE INDEX ON "stock" ("sku" COLLATE "C", "location" COLLATE "C");')
    expect(sql).toMatch(
      /CREATE INDEX IF NOT EXISTS "stock_tombstones" ON "stock" \("_removed_at"\) WHERE "_removed";\n$/,
    )
  })

  test('gives the byte order to texts alone', () => {
    const sql = postgresMigration({ table: 't', key: { a: 'varchar(9)', b: 'integer', c: 'text[]' } })
    expect(sql).toContain('"a" varchar(9) COLLATE "C" NOT NULL,\n  "b" integer NOT NULL,\n  "c" text[] NOT NULL')
  })

  test('cuts the index’s name as the server would not', () => {
    expect(postgresMigration({ table: 'é'.repeat(31), key: 'a' })).toContain(`"${'é'.repeat(26)}_tombstones"`)
  })

  test.for([
    ...['numeric', 'numeric(12,3)', 'numeric(3, -2)', 'double precision', 'timestamp(3) with time zone', 'text[]'],
    ...['"my schema"."my ""type"', 'public.mood', 'character varying(20)', '_int4'],
  ])('the type %s is one', (type) => {
    expect(postgresMigration({ table: 't', key: 'k', columns: { c: type } })).toContain(`"c" ${type},`)
  })

  test.for([
    ...[
      '',
      'text; DROP TABLE x',
      'text, y text',
      'text DEFAULT 0',
      'text -- x',
      "text'",
      'numeric(1))',
      'int /* */',
      '"x',
    ],
    ...['text\nx', 'text(', '1'],
  ])('the type %o is none', (type) => {
    expect(() => postgresMigration({ table: 't', key: 'k', columns: { c: type } })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field: 'columns.c' }),
    )
  })

  test.for<readonly [options: unknown, field: string]>([
    [undefined, 'postgresMigration'],
    [{ table: 't' }, 'key'],
    [{ key: 'k' }, 'table'],
    [{ table: 't', key: 'k', columns: { k: 'text' } }, 'columns'],
    [{ table: 't', key: 'k', tombstoneDays: 3 }, 'tombstoneDays'],
  ])('options %o are refused', ([options, field]) => {
    expect(() => postgresMigration(options as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field }),
    )
  })
})

describe('postgresPurge', () => {
  test('prints the deletion of old tombstones', () => {
    expect(postgresPurge({ table: 'stock' })).toBe(
      `DELETE FROM "stock" WHERE "_removed" AND "_removed_at" < now() - interval '30 days';\n`,
    )
    expect(postgresPurge({ table: 's', schema: 'x', tombstoneDays: 2, removedColumn: 'r', removedAtColumn: 'a' })).toBe(
      `DELETE FROM "x"."s" WHERE "r" AND "a" < now() - interval '2 days';\n`,
    )
  })

  test.for([1, 0, 2.5, 40_000, '30', NaN])('tombstones of %o days are refused', (tombstoneDays) => {
    expect(() => postgresPurge({ table: 's', tombstoneDays: tombstoneDays as number })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field: 'tombstoneDays' }),
    )
  })
})
