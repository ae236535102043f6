import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { dynamoDbTarget, type DynamoDbTargetOptions } from 'dynamodb-stream-sync/targets/dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createTable, type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { allOf, callContext, removalOf, upsertOf, versionOf } from '../support/stock-changes.ts'

describe.each(dynamoDbServers())('dynamoDbTarget on $name', (kind) => {
  describe.skipIf(skipped(kind))('a real server', () => {
    let server: DynamoDbServer
    let tables = 0
    const context = callContext()

    beforeAll(async () => {
      server = await kind.start()
    })
    afterAll(() => server.stop())

    async function targetOf(
      key: Parameters<typeof createTable>[2] = { sku: 'S' },
      options: Partial<DynamoDbTargetOptions> = {},
    ) {
      const { tableName } = await createTable(server.client, `stock-${(tables += 1)}`, key)
      return { tableName, ...dynamoDbTarget({ tableName, client: server.client, ...options }) }
    }

    async function held(
      target: Pick<Awaited<ReturnType<typeof targetOf>>, 'read'>,
      ...of: ReturnType<typeof upsertOf>[]
    ) {
      return target.read!(of, context)
    }

    test('P2 a newer change is applied, the same one is unchanged, an older one is stale', async () => {
      const target = await targetOf()
      const [older, newer] = [upsertOf({ sku: 'A' }, 9, { quantity: 1 }), upsertOf({ sku: 'A' }, 10, { quantity: 2 })]
      expect(await target.apply(newer, context)).toBe('applied')
      expect(await target.apply(newer, context)).toBe('unchanged')
      expect(await target.apply(older, context)).toBe('stale')
      expect(await held(target, newer)).toEqual([{ key: 'A', item: { sku: 'A', quantity: 2 }, version: versionOf(10) }])
    })

    test('P2 a removed item stays removed until something newer comes, also one that was never there', async () => {
      const target = await targetOf()
      expect(await target.apply(removalOf({ sku: 'A' }, 5), context)).toBe('applied')
      expect(await target.apply(upsertOf({ sku: 'A' }, 4), context)).toBe('stale')
      expect(await target.apply(removalOf({ sku: 'A' }, 5), context)).toBe('unchanged')
      const tombstone = { key: 'A', item: { sku: 'A' }, version: versionOf(5), removed: true }
      expect(await held(target, removalOf({ sku: 'A' }, 5))).toEqual([tombstone])
      expect(await target.apply(upsertOf({ sku: 'A' }, 6, { quantity: 3 }), context)).toBe('applied')
      const back = { key: 'A', item: { sku: 'A', quantity: 3 }, version: versionOf(6) }
      expect(await held(target, removalOf({ sku: 'A' }, 5))).toEqual([back])
    })

    test('P2 a tombstone that has expired but is still there guards on', async () => {
      const past = { now: () => 0, monotonic: () => 0, sleep: async () => undefined }
      const target = await targetOf({ sku: 'S' }, { clock: past })
      await target.apply(removalOf({ sku: 'A' }, 5), context)
      expect(await target.apply(upsertOf({ sku: 'A' }, 4), context)).toBe('stale')
      expect(await held(target, removalOf({ sku: 'A' }, 5))).toMatchObject([{ removed: true, version: versionOf(5) }])
    })

    test('P2 a repair is newer than what it repairs and older than the next write', async () => {
      const target = await targetOf()
      const repair = { ...upsertOf({ sku: 'A' }, 5, { quantity: 2 }), version: `${versionOf(5)}~000001` }
      await target.apply(upsertOf({ sku: 'A' }, 5, { quantity: 1 }), context)
      expect(await target.apply(repair, context)).toBe('applied')
      expect(await target.apply(upsertOf({ sku: 'A' }, 5, { quantity: 1 }), context)).toBe('stale')
      expect(await target.apply(upsertOf({ sku: 'A' }, 6), context)).toBe('applied')
      expect(await target.apply({ ...repair, version: '-~000001' }, context)).toBe('stale')
    })

    test('a row without a version is older than everything and is replaced whole', async () => {
      const target = await targetOf()
      const Item = { sku: { S: 'A' }, left: { S: 'over' } }
      await server.client.send(new PutItemCommand({ TableName: target.tableName, Item }))
      expect(await held(target, upsertOf({ sku: 'A' }, 1))).toEqual([{ key: 'A', item: { sku: 'A', left: 'over' } }])
      expect(await target.apply({ ...upsertOf({ sku: 'A' }, 1), version: '-~000001' }, context)).toBe('applied')
      expect(await held(target, upsertOf({ sku: 'A' }, 1))).toEqual([
        { key: 'A', item: { sku: 'A' }, version: '-~000001' },
      ])
    })

    test('P8 every kind of attribute comes back exactly', async () => {
      const target = await targetOf()
      const item = {
        large: 99999999999999999999999999999999999999n,
        fraction: { value: '-0.12345678901234567890123456789012345678' },
        small: 1e-110,
        big: 1e22,
        zero: 0,
        empty: '',
        none: null,
        yes: true,
        bytes: new Uint8Array([0, 128, 255]),
        texts: new Set(['ä', '𝕏']),
        numbers: new Set([1, 12345678901234567890n]),
        binaries: new Set([new Uint8Array([1]), new Uint8Array([2, 3])]),
        list: [1, [null, { a: [] }]],
        map: JSON.parse('{ "__proto__": { "quantity": 9 }, "constructor": 1 }') as object,
        'odd name.#:[0]': 1,
        size: 'a reserved word',
      }
      expect(await target.apply(upsertOf({ sku: 'A' }, 1, item), context)).toBe('applied')
      const [entry] = await held(target, upsertOf({ sku: 'A' }, 1))
      expect(entry!.item).toEqual({ sku: 'A', ...item })
      expect(Object.keys(entry!.item['map'] as object).sort()).toEqual(['__proto__', 'constructor'])
    })

    test.for<readonly [Parameters<typeof createTable>[2], Readonly<Record<string, string | number | Uint8Array>>[]]>([
      [
        { sku: 'S', location: 'N' },
        [
          { sku: 'A', location: 1.5 },
          { sku: 'A', location: -3 },
          { sku: 'Ä b!', location: 0 },
        ],
      ],
      [{ code: 'B' }, [{ code: new Uint8Array([0, 1]) }, { code: new Uint8Array([255]) }]],
      [
        { n: 'N', code: 'B' },
        [
          { n: 1e20, code: new Uint8Array([7]) },
          { n: 0.1, code: new Uint8Array([7]) },
        ],
      ],
    ])('keys of %o are told apart, guarded and read', async ([key, all]) => {
      const target = await targetOf(key)
      for (const [index, attributes] of all.entries())
        expect(await target.apply(upsertOf(attributes, 5, { index }), context)).toBe('applied')
      for (const attributes of all) expect(await target.apply(upsertOf(attributes, 4), context)).toBe('stale')
      const changes = all.map((attributes, index) => upsertOf(attributes, 5, { index }))
      const expected = changes.map(({ key: text, item, version }) => ({ key: text, item, version }))
      const entries = await held(target, ...changes)
      expect(entries).toHaveLength(all.length)
      expect(entries).toEqual(expect.arrayContaining(expected))
      const { entries: scanned } = await allOf(target.snapshot!())
      expect(scanned).toEqual(expect.arrayContaining(expected.map(({ item, version }) => ({ item, version }))))
    })

    test('a table with a key of its own', async () => {
      const target = await targetOf({ pk: 'S' }, { key: { pk: ({ key }) => `stock:${key}` } })
      const change = upsertOf({ sku: 'A', location: 'B' }, 5, { quantity: 1 })
      expect(await target.apply(change, context)).toBe('applied')
      expect(await target.apply(removalOf({ sku: 'A', location: 'B' }, 4), context)).toBe('stale')
      const entry = { item: { sku: 'A', location: 'B', quantity: 1 }, version: versionOf(5) }
      expect(await held(target, change)).toEqual([{ key: change.key, ...entry }])
      expect((await allOf(target.snapshot!())).entries).toEqual([entry])
    })

    test('P2 of 50 changes of one key at once, in any order and some twice, the newest stays', async () => {
      const target = await targetOf()
      let runs = 0
      const sequences = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 50, maxLength: 50 })
      await fc.assert(
        fc.asyncProperty(sequences, async (order) => {
          const key = { sku: `run-${(runs += 1)}` }
          const changeOf = (sequence: number) =>
            sequence % 3 === 0 ? removalOf(key, sequence) : upsertOf(key, sequence, { quantity: sequence })
          const results = await Promise.all(order.map((sequence) => target.apply(changeOf(sequence), callContext())))
          const newest = changeOf(Math.max(...order))
          const [entry] = await held(target, newest)
          expect(entry).toMatchObject({ version: newest.version, item: newest.item ?? key })
          expect(entry!.removed).toBe(newest.type === 'removal' ? true : undefined)
          const applied = order.filter((_, index) => results[index] === 'applied')
          expect(new Set(applied).size).toBe(applied.length) // no change was applied twice
          expect(applied).toContain(Math.max(...order))
        }),
        { numRuns: 10 },
      )
    })

    test('250 keys are read, tombstones included, and what was never there is left out', async () => {
      const target = await targetOf()
      const changes = Array.from({ length: 250 }, (_, index) =>
        index % 10 === 0 ? removalOf({ sku: `A${index}` }, 1) : upsertOf({ sku: `A${index}` }, 1, { index }),
      )
      await Promise.all(changes.map((change) => target.apply(change, callContext())))
      const entries = await held(target, ...changes, upsertOf({ sku: 'never' }, 1), changes[7]!)
      expect(entries).toHaveLength(250)
      expect(entries.filter(({ removed }) => removed)).toHaveLength(25)
      expect(new Set(entries.map(({ key }) => key))).toEqual(new Set(changes.map(({ key }) => key)))
    })

    test('a snapshot of several pages is whole, and its partitions together are it', async () => {
      const target = await targetOf()
      const changes = Array.from({ length: 120 }, (_, index) =>
        index % 10 === 0
          ? removalOf({ sku: `A${index}` }, 1)
          : upsertOf({ sku: `A${index}` }, 1, { text: 'x'.repeat(25_000) }),
      )
      await Promise.all(changes.map((change) => target.apply(change, callContext())))
      const { pages, entries, summary } = await allOf(target.snapshot!())
      expect(pages.length).toBeGreaterThan(1)
      expect(summary).toMatchObject({ complete: true })
      const names = (some: typeof entries) => some.map(({ item }) => String(item['sku'])).sort()
      expect(names(entries)).toEqual(changes.map(({ key }) => key).sort())
      expect(entries.filter(({ removed }) => removed)).toHaveLength(12)
      const parts = await Promise.all([0, 1, 2].map((index) => allOf(target.snapshot!(), { index, count: 3 })))
      expect(names(parts.flatMap((part) => part.entries))).toEqual(names(entries))
    })

    test.for<readonly [what: string, change: ReturnType<typeof upsertOf>, code: string, said: RegExp]>([
      ['a row above 400 KB', upsertOf({ sku: 'A' }, 1, { text: 'x'.repeat(420_000) }), 'TARGET_REJECTED', /400 KB/],
      ['a key of the wrong type', upsertOf({ sku: 7 }, 1), 'TARGET_REJECTED', /key/],
      ['a key that the table does not have', upsertOf({ id: 'A' }, 1), 'TARGET_REJECTED', /key/],
    ])('%s is rejected', async ([, change, code, said]) => {
      const target = await targetOf()
      await expect(target.apply(change, context)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(said) as string,
      })
    })

    test('a table that is missing is unavailable, for apply, read and snapshot', async () => {
      const target = dynamoDbTarget({ tableName: 'missing', client: server.client })
      const unavailable = { code: 'TARGET_UNAVAILABLE', message: expect.stringContaining('tableName') as string }
      const change = upsertOf({ sku: 'A' }, 1)
      await expect(target.apply(change, context)).rejects.toMatchObject(unavailable)
      await expect(target.read!([change], context)).rejects.toMatchObject(unavailable)
      await expect(allOf(target.snapshot!())).rejects.toMatchObject(unavailable)
    })

    test('an abort while the server works is unavailable, and a later delivery settles it', async () => {
      const target = await targetOf()
      const controller = new AbortController()
      const applied = target.apply(upsertOf({ sku: 'A' }, 1), callContext(controller.signal))
      controller.abort()
      await expect(applied).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
      expect(['applied', 'unchanged']).toContain(await target.apply(upsertOf({ sku: 'A' }, 1), context))
    })

    test('without a client, one is made from the environment', async () => {
      const { tableName } = await targetOf()
      vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', server.endpoint)
      vi.stubEnv('AWS_REGION', 'us-east-1')
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
      try {
        expect(await dynamoDbTarget({ tableName }).apply(upsertOf({ sku: 'A' }, 1), context)).toBe('applied')
      } finally {
        vi.unstubAllEnvs()
      }
    })
  })
})
