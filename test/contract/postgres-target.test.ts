import type { Change } from 'dynamodb-stream-sync'
import {
  postgresMigration,
  postgresPurge,
  postgresTarget,
  type PostgresTargetOptions,
} from 'dynamodb-stream-sync/targets/postgres'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exactNumber } from '../../src/core/number.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres-server.ts'
import { allOf, callContext, removalOf, upsertOf, versionOf } from '../support/stock-changes.ts'

type Columns = Readonly<Record<string, string>>

describe.skipIf(withoutPostgres())('postgresTarget on a real server', () => {
  let server: PostgresServer
  let pool: Pool
  let tables = 0
  const context = callContext()

  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
  })
  afterAll(() => server.stop())

  const newName = () => `stock ${(tables += 1)}`

  async function targetOf(columns: Columns = { quantity: 'numeric' }, options: Partial<PostgresTargetOptions> = {}) {
    const table = options.table ?? newName()
    await pool.query(postgresMigration({ table, key: 'sku', columns }))
    return { table, ...postgresTarget({ pool, table, ...options }) }
  }

  type Target = Pick<ReturnType<typeof postgresTarget>, 'applyBatch' | 'read'>
  const held = (target: Target, ...of: Change<unknown>[]) => target.read!(of, context)
  const apply = async (target: Target, change: Change<unknown>) => {
    const [answer] = await target.applyBatch([change], context)
    if (answer instanceof Error) throw answer
    return answer
  }
  const sql = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as unknown[]

  describe('versions', () => {
    test('P2 a newer change is applied, the same one is unchanged, an older one is stale', async () => {
      const target = await targetOf()
      const [older, newer] = [upsertOf({ sku: 'A' }, 9, { quantity: 1 }), upsertOf({ sku: 'A' }, 10, { quantity: 2 })]
      expect(await apply(target, newer)).toBe('applied')
      expect(await apply(target, newer)).toBe('unchanged')
      expect(await apply(target, older)).toBe('stale')
      expect(await held(target, newer)).toEqual([{ key: 'A', item: { sku: 'A', quantity: 2 }, version: versionOf(10) }])
    })

    test('P2 a removed item stays removed until something newer comes, also one that was never there', async () => {
      const target = await targetOf()
      expect(await apply(target, removalOf({ sku: 'A' }, 5))).toBe('applied')
      expect(await apply(target, upsertOf({ sku: 'A' }, 4))).toBe('stale')
      expect(await apply(target, removalOf({ sku: 'A' }, 5))).toBe('unchanged')
      const tombstone = { key: 'A', item: { sku: 'A' }, version: versionOf(5), removed: true }
      expect(await held(target, removalOf({ sku: 'A' }, 5))).toEqual([tombstone])
      expect(await apply(target, upsertOf({ sku: 'A' }, 6, { quantity: 3 }))).toBe('applied')
      expect(await sql(`SELECT _removed, _removed_at FROM "${target.table}"`)).toEqual([
        { _removed: false, _removed_at: null },
      ])
    })

    test('P2 versions are compared by bytes, whatever the order of the database', async () => {
      const target = await targetOf()
      await sql(`ALTER TABLE "${target.table}" ALTER COLUMN _version TYPE text COLLATE "default"`)
      const change = upsertOf({ sku: 'A' }, 1)
      const versions = ['000001/B', '000001/a', '000001/b', '000001/b~000001', '000001/b~000002']
      for (const version of versions) expect(await apply(target, { ...change, version })).toBe('applied')
      for (const version of versions.slice(0, -1)) expect(await apply(target, { ...change, version })).toBe('stale')
    })

    test('a row without a version is older than everything; one with another text is not touched', async () => {
      const target = await targetOf()
      await sql(`INSERT INTO "${target.table}" (sku, quantity, _version) VALUES ('A', 1, NULL), ('B', 1, 'v7')`)
      expect(await held(target, upsertOf({ sku: 'A' }, 1))).toEqual([{ key: 'A', item: { sku: 'A', quantity: 1 } }])
      expect(await apply(target, { ...upsertOf({ sku: 'A' }, 1, { quantity: 2 }), version: '-~000001' })).toBe(
        'applied',
      )
      await expect(apply(target, upsertOf({ sku: 'B' }, 1))).rejects.toMatchObject({
        code: 'TARGET_REJECTED',
        message: expect.stringContaining('versionColumn') as string,
      })
    })

    test('each change of a batch gets its own answer, and what cannot be held does not hinder the others', async () => {
      const target = await targetOf({ quantity: 'integer' })
      await target.applyBatch([upsertOf({ sku: 'B' }, 5), removalOf({ sku: 'C' }, 5)], context)
      const answers = await target.applyBatch(
        [
          upsertOf({ sku: 'A' }, 5, { quantity: 1.5 }),
          upsertOf({ sku: 'B' }, 4),
          upsertOf({ sku: 'C' }, 5),
          upsertOf({ sku: 'D' }, 1, { quantity: 7 }),
          upsertOf({ sku: 'E\0' }, 1),
          upsertOf({ sku: 'F' }, 1, { color: 'red' }),
        ],
        context,
      )
      expect(answers).toEqual([
        expect.objectContaining({
          code: 'TARGET_REJECTED',
          message: expect.stringMatching(/"quantity" would be rounded/) as string,
        }),
        'stale',
        'unchanged',
        'applied',
        expect.objectContaining({
          code: 'TARGET_REJECTED',
          message: expect.stringMatching(/"sku" holds a NUL/) as string,
        }),
        expect.objectContaining({ code: 'TARGET_REJECTED', message: expect.stringMatching(/"color"/) as string }),
      ])
      expect(await sql(`SELECT count(*)::int AS rows FROM "${target.table}"`)).toEqual([{ rows: 3 }])
    })

    test('what the server refuses is rejected as a whole: nothing is written, and no value is told', async () => {
      const target = await targetOf({ quantity: 'smallint', note: 'text' })
      await sql(`ALTER TABLE "${target.table}" ADD CONSTRAINT "no secrets" CHECK (note <> 'hunter2')`)
      const good = upsertOf({ sku: 'A' }, 1, { quantity: 1 })
      for (const [more, said] of [
        [{ note: 'hunter2' }, /23514, constraint "no secrets"/],
        [{ quantity: 123_456 }, /22003/],
      ] as const) {
        const error: unknown = await target
          .applyBatch([good, upsertOf({ sku: 'B' }, 1, more)], context)
          .catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'TARGET_REJECTED', message: expect.stringMatching(said) as string })
        expect(JSON.stringify([String(error), error])).not.toMatch(/hunter2|123456/)
      }
      expect(await held(target, good)).toEqual([])
      expect(await apply(target, good)).toBe('applied') // the client's transaction has ended
      expect(pool.idleCount).toBe(pool.totalCount)
    })

    test('what a trigger refuses is rejected; what it swallows is worth another try', async () => {
      const target = await targetOf()
      await sql(`CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.sku = 'no' THEN RAISE EXCEPTION 'not %', NEW.quantity; END IF;
        IF NEW.sku = 'lost' THEN RETURN NULL; END IF;
        RETURN NEW; END $$`)
      await sql(`CREATE TRIGGER judge BEFORE INSERT ON "${target.table}" FOR EACH ROW EXECUTE FUNCTION judge()`)
      await expect(apply(target, upsertOf({ sku: 'no' }, 1))).rejects.toMatchObject({ code: 'TARGET_REJECTED' })
      await expect(apply(target, upsertOf({ sku: 'lost' }, 1))).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      expect(await apply(target, upsertOf({ sku: 'yes' }, 1))).toBe('applied')
    })
  })

  describe('values', () => {
    const exact: Readonly<Record<string, readonly [type: string, value: unknown]>> = {
      large: ['numeric', 99999999999999999999999999999999999999n],
      fraction: ['numeric', { value: '-0.12345678901234567890123456789012345678' }],
      small: ['numeric', 1e-110],
      scaled: ['numeric(12,3)', 123456789.125],
      big: ['double precision', 1.5e300],
      tiny: ['double precision', 5e-324],
      third: ['double precision', 0.1 + 0.2],
      single: ['real', 0.1],
      long: ['bigint', 9_223_372_036_854_775_807n],
      safe: ['bigint', -9_007_199_254_740_991],
      zero: ['integer', 0],
      empty: ['text', ''],
      sized: ['varchar(3)', '\u{1f600}\u{1f600}b'],
      padded: ['character(5)', 'ab'],
      yes: ['boolean', true],
      bytes: ['bytea', new Uint8Array([0, 128, 255, 92, 39])],
      none: ['bytea', new Uint8Array()],
      texts: ['text[]', new Set(['ä', '𝕏', 'a"b\\c,d{}', '', 'NULL', ' '])],
      numbers: ['numeric[]', new Set([1, 12345678901234567890n, { value: '0.12345678901234567890123' }])],
      counts: ['integer[]', new Set([1, -2])],
      binaries: ['bytea[]', new Set([new Uint8Array([1]), new Uint8Array([2, 92])])],
      nobody: ['text[]', new Set()],
      list: ['jsonb', [1, [null, { a: [] }], 12345678901234567890n, { value: '1.2345678901234567890123' }, -0.5]],
      map: ['jsonb', JSON.parse('{ "__proto__": { "quantity": 9 }, "constructor": 1, "": "\\u0001" }')],
      null: ['jsonb', null],
      word: ['jsonb', 'a "word"'],
      plain: ['json', { value: '12', size: 1e21 }],
      at: ['timestamptz', '2026-03-01T10:00:00.000Z'],
      finely: ['timestamptz', '2026-03-01T10:00:00.123456Z'],
      local: ['timestamp', '2026-03-01T10:00:00.5'],
      day: ['date', '2026-02-28'],
      id: ['uuid', '0188d3b0-1234-7abc-8def-0123456789ab'],
      'odd "name".#:[0]': ['numeric', 1],
      select: ['text', 'a reserved word'],
    }
    const types = Object.fromEntries(Object.entries(exact).map(([name, [type]]) => [name, type]))
    const item = Object.fromEntries(Object.entries(exact).map(([name, [, value]]) => [name, value]))

    test('P8 every kind of attribute comes back exactly, by read and by snapshot', async () => {
      const target = await targetOf(types)
      const change = upsertOf({ sku: 'A' }, 1, item)
      expect(await apply(target, change)).toBe('applied')
      const [entry] = await held(target, change)
      expect(entry!.item).toEqual({ sku: 'A', ...item })
      expect(Object.keys(entry!.item['map'] as object).sort()).toEqual(['', '__proto__', 'constructor'])
      const { entries } = await allOf(target.snapshot!())
      expect(entries).toEqual([{ item: { sku: 'A', ...item }, version: versionOf(1) }])
    })

    test('P8 whatever the settings of the role are', async () => {
      const settings = ['bytea_output=escape', 'extra_float_digits=-3', 'DateStyle=SQL,DMY', 'TimeZone=Asia/Kolkata']
      const odd = server.pool({ options: settings.map((setting) => `-c ${setting}`).join(' ') })
      const target = await targetOf(types, { pool: odd })
      const change = upsertOf({ sku: 'A' }, 1, item)
      expect(await apply(target, change)).toBe('applied')
      expect((await held(target, change))[0]!.item).toEqual({ sku: 'A', ...item })
      expect((await allOf(target.snapshot!())).entries[0]!.item).toEqual({ sku: 'A', ...item })
      await odd.end()
    })

    test('an attribute that is null, or that the item does not have, is NULL', async () => {
      const target = await targetOf({ quantity: 'numeric', note: 'text', more: 'jsonb' })
      const change = upsertOf({ sku: 'A' }, 1, { quantity: 1, note: 'x', more: {} })
      await apply(target, change)
      await apply(target, upsertOf({ sku: 'A' }, 2, { quantity: null, more: undefined }))
      expect((await held(target, change))[0]!.item).toEqual({ sku: 'A', quantity: null, note: null, more: null })
      expect(await sql(`SELECT more IS NULL AS gone FROM "${target.table}"`)).toEqual([{ gone: true }])
    })

    test.for<readonly [type: string, value: unknown, said: RegExp]>([
      ['text', 5, /"x" is a number, and its column is text/],
      ['text', 'a\0b', /NUL/],
      ['text', 'a\ud800', /surrogate/],
      ['varchar(3)', 'abc ', /3 characters/],
      ['character(5)', 'ab ', /space/],
      ['numeric', '5', /"x" is a string/],
      ['numeric', NaN, /no finite number/],
      ['numeric', new Set([1]), /a set/],
      ['numeric(12,3)', 0.0005, /rounded/],
      ['integer', 0.5, /rounded/],
      ['integer', 2 ** 31, /22003/],
      ['double precision', 9_007_199_254_740_993n, /rounded/],
      ['real', 0.1234567, /rounded/],
      ['boolean', 1, /a number/],
      ['bytea', 'AAEC', /a string/],
      ['jsonb', { deep: [new Set(['a'])] }, /"x" holds a set/],
      ['jsonb', { deep: new Uint8Array([1]) }, /binary/],
      ['jsonb', { deep: 'a\0' }, /NUL/],
      ['jsonb', { ['a\ud800']: 1 }, /surrogate/],
      ['jsonb', [undefined], /undefined/],
      ['jsonb', [Infinity], /not finite/],
      ['jsonb', { at: new Date(0) }, /instance of a class/],
      ['text[]', ['a', 'b'], /"x" is a list/],
      ['text[]', new Set(['a', 1]), /a set/],
      ['numeric[]', new Set([1, 1n]), /twice/],
      ['numeric(9,2)[]', new Set([0.001]), /rounded/],
      ['timestamptz', '2026-03-01T10:00:00Z', /another text/],
      ['timestamptz', '2026-03-01T11:00:00.000+01:00', /another text/],
      ['timestamptz(0)', '2026-03-01T10:00:00.500Z', /another text/],
      ['timestamptz', '2026-02-30T10:00:00.000Z', /22008/],
      ['timestamp', '2026-03-01', /another text/],
      ['date', '1 March 2026', /another text/],
      ['uuid', 'none', /22P02/],
    ])('%s: %o is rejected by the attribute’s name, and nothing is written', async ([type, value, said]) => {
      const target = await targetOf({ x: type })
      const change = upsertOf({ sku: 'A' }, 1, { x: value })
      await expect(apply(target, change)).rejects.toMatchObject({
        code: 'TARGET_REJECTED',
        message: expect.stringMatching(said) as string,
      })
      expect(await held(target, change)).toEqual([])
    })

    test('P8 any JSON and any number is held exactly, or rejected', async () => {
      const target = await targetOf({ map: 'jsonb', n: 'numeric', f: 'double precision', i: 'integer', t: 'text' })
      const number = fc.oneof(
        fc.double(),
        fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }).filter((n) => n !== BigInt(Number(n))),
        fc.integer(),
      )
      const map = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }), {
        noNullPrototype: true,
      })
      const mostly = (fit: fc.Arbitrary<number>) => fc.oneof({ arbitrary: fit, weight: 9 }, number)
      let sequence = 0
      let applied = 0
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            map,
            n: number,
            f: mostly(fc.double({ noNaN: true, noDefaultInfinity: true })),
            i: mostly(fc.integer()),
            t: fc.string({ unit: 'binary' }),
          }),
          async (more) => {
            const change = upsertOf({ sku: 'A' }, (sequence += 1), more)
            const [answer] = await target.applyBatch([change], context).catch((error: unknown) => [error as Error])
            const [entry] = await held(target, change)
            if (answer === 'applied') applied += 1
            if (answer === 'applied') expect(entry!.item).toEqual(normal(change.item as object))
            else expect(answer).toMatchObject({ code: 'TARGET_REJECTED' })
          },
        ),
        { numRuns: 150 },
      )
      expect(applied).toBeGreaterThan(30)
    })

    /** As a table would read it: no negative zero, and no bigint where a number is exact. */
    function normal(value: unknown): unknown {
      if (Object.is(value, -0)) return 0
      if (typeof value === 'bigint') return exactNumber(String(value))
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return value.map(normal)
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normal(member)]))
    }
  })

  describe('tables and keys', () => {
    test.for<readonly [key: Columns, Readonly<Record<string, string | number | bigint | Uint8Array>>[]]>([
      [
        { sku: 'text', location: 'numeric' },
        [
          { sku: 'A', location: 1.5 },
          { sku: 'A', location: -3 },
          { sku: 'Ä b!', location: 0 },
        ],
      ],
      [{ code: 'bytea' }, [{ code: new Uint8Array([0, 1]) }, { code: new Uint8Array([255]) }]],
      [
        { n: 'bigint', code: 'bytea' },
        [
          { n: 12345678901234567n, code: new Uint8Array([7]) },
          { n: 1, code: new Uint8Array([7]) },
        ],
      ],
      [{ id: 'uuid' }, [{ id: '0188d3b0-1234-7abc-8def-0123456789ab' }]],
    ])('keys of %o are told apart, guarded, read and sorted', async ([key, all]) => {
      const table = newName()
      await pool.query(postgresMigration({ table, key, columns: { index: 'integer' } }))
      for (const target of [postgresTarget({ pool, table }), postgresTarget({ pool, table, key: Object.keys(key) })]) {
        await sql(`TRUNCATE "${table}"`)
        const changes = all.map((attributes, index) => upsertOf(attributes, 5, { index }))
        expect(await target.applyBatch(changes, context)).toEqual(all.map(() => 'applied'))
        for (const attributes of all) expect(await apply(target, upsertOf(attributes, 4))).toBe('stale')
        const expected = changes.map(({ key: text, item, version }) => ({ key: text, item, version }))
        const entries = await held(target, ...changes, ...changes)
        expect(entries).toHaveLength(all.length)
        expect(entries).toEqual(expect.arrayContaining(expected))
        const { entries: scanned } = await allOf(target.snapshot!())
        expect(scanned).toEqual(expect.arrayContaining(expected.map(({ item, version }) => ({ item, version }))))
        await target.applyBatch(
          all.map((attributes) => removalOf(attributes, 6)),
          context,
        )
        for (const { item, removed } of (await allOf(target.snapshot!())).entries) {
          expect(removed).toBe(true)
          expect(all).toContainEqual(Object.fromEntries(Object.keys(key).map((name) => [name, item[name]])))
        }
      }
    })

    test('a key made by a function, and columns that a function makes, find their way back by row', async () => {
      const table = newName()
      await pool.query(postgresMigration({ table, key: 'id', columns: { qty: 'integer', label: 'text' } }))
      const target = postgresTarget<{ readonly stock: { readonly onHand: number }; readonly name: string }>({
        pool,
        table,
        key: { id: ({ keyAttributes: { sku, location } }) => `${String(sku)}@${String(location)}` },
        columns: { qty: (item) => item.stock.onHand, label: 'name' },
        row: ({ id, qty, label }) => {
          const [sku, location] = String(id).split('@')
          return { sku, location, stock: { onHand: qty }, name: label }
        },
      })
      const key = { sku: 'A', location: 'B' }
      const item = { stock: { onHand: 5 }, name: 'Bolt' }
      const change = { ...upsertOf(key, 5), item } as Change<typeof item>
      expect(await target.applyBatch([change], context)).toEqual(['applied'])
      expect(await sql(`SELECT id, qty, label FROM "${table}"`)).toEqual([{ id: 'A@B', qty: 5, label: 'Bolt' }])
      expect(await target.read!([change], context)).toEqual([
        { key: change.key, item: { ...key, ...item }, version: versionOf(5) },
      ])
      const snapshot = target.snapshot!()
      expect(snapshot.order).toBe('none')
      expect((await allOf(snapshot)).entries).toEqual([{ item: { ...key, ...item }, version: versionOf(5) }])
      await target.applyBatch([removalOf(key, 6) as Change<never>], context)
      expect((await allOf(snapshot)).entries).toMatchObject([{ item: key, version: versionOf(6), removed: true }])
    })

    test('hostile names are names: schema, table, columns', async () => {
      const [schema, table, column] = ['Sch"e\'ma', 'x"; DROP TABLE y; -- $do$ \\', 'co"l\'\\ $1 $do$']
      const key = '"k" \'; --'
      await sql(`CREATE SCHEMA "Sch""e'ma"`)
      const own = { versionColumn: 'v"', removedColumn: "r'", removedAtColumn: 'at;' }
      const migration = postgresMigration({ schema, table, key, columns: { [column]: 'jsonb' }, ...own })
      await pool.query(migration)
      await pool.query(migration)
      const target = postgresTarget({ pool, schema, table: table, key: { [key]: 'sku' }, ...own })
      const change = upsertOf({ sku: `'); DROP TABLE x; --` }, 5, { [column]: [`$1', "`] })
      expect(await apply(target, change)).toBe('applied')
      const { item, version } = change
      expect(await held(target, change)).toEqual([{ key: change.key, item, version }])
      expect((await allOf(target.snapshot!())).entries).toEqual([{ item, version }])
      expect(await apply(target, removalOf(change.keyAttributes, 6))).toBe('applied')
      await pool.query(postgresPurge({ schema, table: table, ...{ removedColumn: "r'", removedAtColumn: 'at;' } }))
      expect(await held(target, change)).toHaveLength(1)
    })

    test('columns that are not named are left alone, and so are those that have a default', async () => {
      const table = newName()
      await sql(`CREATE TABLE "${table}" (sku text PRIMARY KEY, qty integer NOT NULL, shelf text,
        status text NOT NULL DEFAULT 'new', double integer GENERATED ALWAYS AS (qty * 2) STORED, id bigserial)`)
      await pool.query(postgresMigration({ table, key: 'sku' }))
      const mapped = postgresTarget<{ readonly quantity: number }>({
        pool,
        table,
        columns: { qty: ({ quantity }) => quantity },
      })
      await mapped.applyBatch(
        [{ ...upsertOf({ sku: 'A' }, 1), item: { quantity: 4 } } as Change<{ quantity: number }>],
        context,
      )
      await sql(`UPDATE "${table}" SET shelf = 'S1', status = 'old'`)
      await mapped.applyBatch(
        [{ ...upsertOf({ sku: 'A' }, 2), item: { quantity: 5 } } as Change<{ quantity: number }>],
        context,
      )
      expect(await sql(`SELECT sku, qty, shelf, status, double, id::int FROM "${table}"`)).toEqual([
        { sku: 'A', qty: 5, shelf: 'S1', status: 'old', double: 10, id: 1 },
      ])
      const named = postgresTarget({ pool, table })
      expect(
        await named.applyBatch(
          [upsertOf({ sku: 'A' }, 3, { qty: 6 }), upsertOf({ sku: 'B' }, 1, { qty: 1, status: 'hot', id: 9 })],
          context,
        ),
      ).toEqual(['applied', 'applied'])
      expect(await sql(`SELECT sku, qty, shelf, status, id::int FROM "${table}" ORDER BY sku`)).toEqual([
        { sku: 'A', qty: 6, shelf: null, status: 'old', id: 1 },
        { sku: 'B', qty: 1, shelf: null, status: 'hot', id: 9 },
      ])
    })

    test('a tombstone has no content, and columns that must not be NULL get what comes next to it', async () => {
      const types = {
        n: 'numeric',
        t: 'text',
        b: 'boolean',
        y: 'bytea',
        j: 'jsonb',
        at: 'timestamptz',
        s: 'text[]',
        x: 'text',
      }
      const target = await targetOf(types)
      for (const name of Object.keys(types).slice(0, -1))
        await sql(`ALTER TABLE "${target.table}" ALTER COLUMN "${name}" SET NOT NULL`)
      expect(await apply(target, removalOf({ sku: 'never' }, 1))).toBe('applied')
      const [row] = await sql(`SELECT n::int, t, b, y::text, j, at::date::text, s, x FROM "${target.table}"`)
      expect(row).toEqual({ n: 0, t: '', b: false, y: '\\x', j: {}, at: '1970-01-01', s: [], x: null })
      await sql(`ALTER TABLE "${target.table}" ADD COLUMN u uuid NOT NULL DEFAULT gen_random_uuid()`)
      await sql(`ALTER TABLE "${target.table}" ALTER COLUMN u DROP DEFAULT`)
      await expect(
        apply(postgresTarget({ pool, table: target.table }), removalOf({ sku: 'B' }, 1)),
      ).rejects.toMatchObject({
        code: 'TARGET_UNAVAILABLE',
        message: expect.stringMatching(/"u" is NOT NULL/) as string,
      })
    })

    test('tombstones are purged by age, and never items', async () => {
      const target = await targetOf()
      await target.applyBatch(
        [removalOf({ sku: 'old' }, 1), removalOf({ sku: 'young' }, 1), upsertOf({ sku: 'item' }, 1)],
        context,
      )
      await sql(`UPDATE "${target.table}" SET _removed_at = now() - interval '30 days 1 minute' WHERE sku <> 'young'`)
      await pool.query(postgresPurge({ table: target.table }))
      expect(await sql(`SELECT sku FROM "${target.table}" ORDER BY sku`)).toEqual([{ sku: 'item' }, { sku: 'young' }])
    })
  })

  describe('a table that does not fit', () => {
    const unavailable = (said: RegExp) => ({
      code: 'TARGET_UNAVAILABLE',
      message: expect.stringMatching(said) as string,
    })
    const change = upsertOf({ sku: 'A' }, 1, { quantity: 1 })

    test.for<readonly [what: string, ddl: string, said: RegExp, options?: Partial<PostgresTargetOptions>]>([
      ['is missing', '', /There is no table "stock \d+".*postgresMigration/],
      ['is meant with its schema', '', /give the schema as an option/, { table: 'public.stock' }],
      ['has no version column', '(sku text PRIMARY KEY, quantity int)', /no column "_version".*postgresMigration/],
      [
        'has a version column of its own',
        '(sku text PRIMARY KEY, _version int, _removed bool, _removed_at timestamptz)',
        /"_version" is not of type text.*versionColumn/,
      ],
      [
        'has no such key',
        '(id text PRIMARY KEY, _version text, _removed bool, _removed_at timestamptz)',
        /no column "sku".*option key/,
      ],
      [
        'has no such column',
        '(sku text PRIMARY KEY, _version text, _removed bool, _removed_at timestamptz)',
        /no column "qty".*option columns/,
        { columns: { qty: 'quantity' } },
      ],
      [
        'generates the column',
        '(sku text PRIMARY KEY, qty int GENERATED ALWAYS AS (1) STORED, _version text, _removed bool, _removed_at timestamptz)',
        /"qty" is generated/,
        { columns: { qty: 'quantity' } },
      ],
      [
        'has no unique index on the key',
        '(sku text, quantity int, _version text, _removed bool, _removed_at timestamptz)',
        /42P10.*unique index.*postgresMigration/,
      ],
    ])('one that %s: unavailable, and the reason says what to do', async ([, ddl, said, options]) => {
      const table = newName()
      if (ddl !== '') await sql(`CREATE TABLE "${table}" ${ddl}`)
      const target = postgresTarget({ pool, table, ...options })
      await expect(target.applyBatch([change], context)).rejects.toMatchObject(unavailable(said))
      if (said.source.startsWith('42P10')) return
      await expect(
        postgresTarget({ pool, table, key: 'sku', ...options }).snapshot!().pages(context).next(),
      ).rejects.toMatchObject({
        code: 'TARGET_UNAVAILABLE',
      })
      await expect(target.read!([change], context)).rejects.toMatchObject(unavailable(said))
    })

    test('the migration mends it, and the target goes on', async () => {
      const table = newName()
      await sql(`CREATE TABLE "${table}" (id serial PRIMARY KEY, sku text, quantity int)`)
      await sql(`INSERT INTO "${table}" (sku, quantity) VALUES ('A', 9)`)
      const target = postgresTarget({ pool, table, key: 'sku', columns: { quantity: 'quantity' } })
      await expect(apply(target, change)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      await pool.query(postgresMigration({ table, key: 'sku' }))
      await pool.query(postgresMigration({ table, key: 'sku' }))
      expect(await apply(target, change)).toBe('applied')
      expect(await sql(`SELECT id, sku, quantity FROM "${table}"`)).toEqual([{ id: 1, sku: 'A', quantity: 1 }])
      const [indexes] = await sql(`SELECT count(*)::int AS n FROM pg_indexes WHERE tablename = $1`, [table])
      expect(indexes).toEqual({ n: 3 }) // its own, one for the key, one for tombstones
    })

    test('columns that come and go are noticed', async () => {
      const target = await targetOf()
      const colored = upsertOf({ sku: 'A' }, 2, { quantity: 2, color: 'red' })
      expect(await apply(target, change)).toBe('applied')
      await expect(apply(target, colored)).rejects.toMatchObject({ code: 'TARGET_REJECTED' })
      await sql(`ALTER TABLE "${target.table}" ADD COLUMN color text`)
      expect(await apply(target, colored)).toBe('applied')
      await sql(`ALTER TABLE "${target.table}" DROP COLUMN color`)
      const plain = upsertOf({ sku: 'A' }, 3, { quantity: 3 })
      await expect(apply(target, plain)).rejects.toMatchObject(unavailable(/42703/))
      expect(await apply(target, plain)).toBe('applied')
      await sql(`ALTER TABLE "${target.table}" RENAME TO "${target.table} away"`)
      await expect(held(target, plain)).rejects.toMatchObject(unavailable(/42P01/))
    })

    test.for(['text COLLATE "any case"', 'character(9)'])(
      'a key of %s would merge items: unavailable',
      async (type) => {
        await sql(
          `CREATE COLLATION IF NOT EXISTS "any case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
        )
        const table = newName()
        await sql(`CREATE TABLE "${table}" (sku ${type} PRIMARY KEY, quantity int)`)
        await pool.query(postgresMigration({ table, key: 'sku' }))
        await expect(apply(postgresTarget({ pool, table }), change)).rejects.toMatchObject(unavailable(/COLLATE "C"/))
      },
    )

    test('an item whose attributes are the library’s columns, or another key than its own, is rejected', async () => {
      const target = await targetOf()
      for (const [more, said] of [
        [{ _version: 'mine' }, /"_version".*versionColumn/],
        [{ _removed: true }, /"_removed".*removedColumn/],
        [{ _removed_at: 1 }, /"_removed_at".*removedAtColumn/],
        [{ sku: 'B' }, /"sku" is not what/],
      ] as const)
        await expect(apply(target, upsertOf({ sku: 'A' }, 1, more))).rejects.toMatchObject({
          code: 'TARGET_REJECTED',
          message: expect.stringMatching(said) as string,
        })
    })
  })
})
