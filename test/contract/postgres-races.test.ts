import type { Change } from 'dynamodb-stream-sync'
import { postgresMigration, postgresTarget, type PostgresTargetOptions } from 'dynamodb-stream-sync/targets/postgres'
import fc from 'fast-check'
import type { Pool, PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres-server.ts'
import { untilIdle, untilLocked } from '../support/postgres-watch.ts'
import { callContext, removalOf, upsertOf, versionOf } from '../support/stock-changes.ts'

describe.skipIf(withoutPostgres())('postgresTarget among other writers and in bad times', () => {
  let server: PostgresServer
  let watch: Pool
  let pool: Pool
  let table: string
  let tables = 0
  const context = callContext()

  beforeAll(async () => {
    server = await startPostgres()
    watch = server.pool()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    pool = server.pool({ max: 8 })
    table = `stock${(tables += 1)}`
    await watch.query(postgresMigration({ table, key: 'sku', columns: { quantity: 'numeric' } }))
    return () => (pool.ending ? undefined : pool.end())
  })

  const targetOf = (options: Partial<PostgresTargetOptions> = {}) => postgresTarget({ pool, table, ...options })
  const within = (timeoutMs: number) => ({ ...callContext(), timeoutMs })
  const unavailable = (said: RegExp) => ({ code: 'TARGET_UNAVAILABLE', message: expect.stringMatching(said) as string })
  const state = async (sku = 'A') => {
    const { rows } = await watch.query(
      `SELECT quantity::int, _version AS version, _removed AS removed FROM ${table} WHERE sku = $1`,
      [sku],
    )
    return rows[0] as { readonly quantity: number; readonly version: string; readonly removed: boolean } | undefined
  }

  /** Holds a lock on the row of A, as a writer who has not committed yet. */
  async function holding<T>(work: (other: PoolClient) => Promise<T>, version = versionOf(1)): Promise<T> {
    const other = await watch.connect()
    other.on('error', () => undefined)
    try {
      await other.query('BEGIN')
      await other.query(
        `INSERT INTO ${table} (sku, quantity, _version) VALUES ('A', 0, $1) ON CONFLICT (sku) DO UPDATE SET _version = excluded._version`,
        [version],
      )
      return await work(other)
    } finally {
      await other.query('ROLLBACK').catch(() => undefined)
      other.release()
    }
  }

  describe('races', () => {
    test.for<readonly [held: number, given: number, answer: string]>([
      [9, 5, 'stale'],
      [5, 5, 'unchanged'],
      [5, 9, 'applied'],
    ])(
      'P2 a row that another writer commits meanwhile at %i: a change of %i is %s',
      async ([heldAt, given, answer]) => {
        const target = targetOf()
        await holding(async (other) => {
          const answers = target.applyBatch([upsertOf({ sku: 'A' }, given), upsertOf({ sku: 'B' }, 1)], context)
          await untilLocked(watch)
          await other.query('COMMIT')
          expect(await answers).toEqual([answer, 'applied'])
        }, versionOf(heldAt))
        expect(await state()).toMatchObject({ version: versionOf(Math.max(heldAt, given)) })
      },
    )

    test('P2 a tombstone that another writer takes back meanwhile is not needed: the change is applied', async () => {
      const target = targetOf()
      await target.applyBatch([removalOf({ sku: 'A' }, 5)], context)
      const other = await watch.connect()
      await other.query('BEGIN')
      await other.query(`DELETE FROM ${table}`)
      const answers = target.applyBatch([upsertOf({ sku: 'A' }, 4)], context)
      await untilLocked(watch)
      await other.query('COMMIT')
      other.release()
      expect(await answers).toEqual(['applied'])
    })

    test('P2 of 50 changes of one key at once, in any order and some twice, the newest stays', async () => {
      const target = targetOf()
      let runs = 0
      const sequences = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 50, maxLength: 50 })
      await fc.assert(
        fc.asyncProperty(sequences, async (order) => {
          const key = { sku: `run-${(runs += 1)}` }
          const changeOf = (sequence: number) =>
            sequence % 3 === 0 ? removalOf(key, sequence) : upsertOf(key, sequence, { quantity: sequence })
          const answers = (
            await Promise.all(order.map((at) => target.applyBatch([changeOf(at)], callContext())))
          ).flat()
          const newest = changeOf(Math.max(...order))
          const removed = newest.type === 'removal'
          expect(await state(key.sku)).toMatchObject({ version: newest.version, removed })
          const applied = order.filter((_, index) => answers[index] === 'applied')
          expect(new Set(applied).size).toBe(applied.length) // no change was applied twice
          expect(applied).toContain(Math.max(...order))
          expect(answers.filter((answer) => !['applied', 'stale', 'unchanged'].includes(String(answer)))).toEqual([])
        }),
        { numRuns: 10 },
      )
    })

    test('P2, history 23: batches of the same keys at once, sorted in any way: no deadlock, and the newest stays', async () => {
      await watch.query(`ALTER TABLE ${table} ADD COLUMN status text DEFAULT 'new'`)
      const target = targetOf()
      const skus = Array.from({ length: 30 }, (_, index) => `S${index}é`.slice(index % 2))
      const batch = fc.record({
        order: fc.shuffledSubarray(skus, { minLength: 20 }),
        at: fc.integer({ min: 1, max: 9 }),
        odd: fc.nat(3),
      })
      let base = 0
      await fc.assert(
        fc.asyncProperty(fc.array(batch, { minLength: 8, maxLength: 8 }), async (batches) => {
          base += 10
          const changesOf = ({ order, at, odd }: (typeof batches)[number]) =>
            order.map((sku, index): Change<unknown> => {
              // one version, one content
              if (at % 4 === 3) return removalOf({ sku }, base + at)
              return upsertOf({ sku }, base + at, { quantity: at, ...(index % 4 === odd && { status: 'x' }) })
            })
          const answers = (
            await Promise.all(batches.map((one) => target.applyBatch(changesOf(one), callContext())))
          ).flat()
          for (const answer of answers) expect(['applied', 'stale', 'unchanged']).toContain(answer)
          const { rows } = await watch.query<{ sku: string; version: string }>(
            `SELECT sku, _version AS version FROM ${table}`,
          )
          const held = new Map(rows.map(({ sku, version }) => [sku, version]))
          for (const sku of skus) {
            const newest = Math.max(...batches.filter(({ order }) => order.includes(sku)).map(({ at }) => at))
            if (newest > 0) expect(held.get(sku)).toBe(versionOf(base + newest))
          }
        }),
        { numRuns: 25 },
      )
      const { rows } = await watch.query<{ n: number }>('SELECT sum(deadlocks)::int AS n FROM pg_stat_database')
      expect(rows[0]!.n).toBe(0)
    })

    test('P2 two processes, each with its pool, and a database that is serializable by default', async () => {
      await watch.query('ALTER DATABASE postgres SET default_transaction_isolation = serializable')
      const pools = [server.pool(), server.pool()]
      const targets = pools.map((each) => targetOf({ pool: each }))
      const rounds = Array.from({ length: 40 }, (_, index) =>
        targets[index % 2]!.applyBatch(
          ['A', 'B', 'C'].map((sku) => upsertOf({ sku }, (index * 17) % 40, { quantity: (index * 17) % 40 })),
          callContext(),
        ),
      )
      for (const answer of (await Promise.all(rounds)).flat()) expect(['applied', 'stale']).toContain(answer)
      for (const sku of ['A', 'B', 'C'])
        expect(await state(sku)).toMatchObject({ quantity: 39, version: versionOf(39) })
      await watch.query('ALTER DATABASE postgres RESET default_transaction_isolation')
    })
  })

  describe('time', () => {
    test('a locked row is unavailable when the time is up, here and on the server, and the client is kept', async () => {
      const target = targetOf()
      await target.applyBatch([upsertOf({ sku: 'B' }, 1)], context)
      await holding(async () => {
        await expect(target.applyBatch([upsertOf({ sku: 'A' }, 5)], within(400))).rejects.toMatchObject(
          unavailable(/57014/),
        )
        expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
        await expect(
          targetOf({ statementTimeoutMs: 50 }).applyBatch([upsertOf({ sku: 'A' }, 5)], context),
        ).rejects.toMatchObject(unavailable(/57014/))
      })
      expect(await target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)).toEqual(['applied'])
      const { rows } = await pool.query('SHOW statement_timeout')
      expect(rows).toEqual([{ statement_timeout: '0' }])
    })

    test('an abort is unavailable at once; the client is closed, and its statement does not outlive its time', async () => {
      const target = targetOf()
      await target.applyBatch([upsertOf({ sku: 'B' }, 1)], context)
      const stop = new AbortController()
      await holding(async () => {
        const answers = target.applyBatch([upsertOf({ sku: 'A' }, 5)], {
          ...callContext(stop.signal),
          timeoutMs: 1_500,
        })
        await untilLocked(watch)
        stop.abort()
        await expect(answers).rejects.toMatchObject(unavailable(/time was up/))
        expect(pool.totalCount).toBe(0)
        await untilLocked(watch, 0)
      })
      await untilIdle(watch)
      expect(await state()).toBeUndefined()
      expect(await target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)).toEqual(['applied'])
    })

    test('a pool without a free client is unavailable when the time is up; the client that comes late goes back', async () => {
      const small = server.pool({ max: 1 })
      const target = targetOf({ pool: small })
      const client = await small.connect()
      await expect(target.applyBatch([upsertOf({ sku: 'A' }, 5)], within(100))).rejects.toMatchObject(
        unavailable(/time was up/),
      )
      await expect(target.read!([upsertOf({ sku: 'A' }, 5)], within(100))).rejects.toMatchObject(
        unavailable(/time was up/),
      )
      client.release()
      expect(await target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)).toEqual(['applied'])
      expect([small.totalCount, small.idleCount, small.waitingCount]).toEqual([1, 1, 0])
    })

    test('a pool that says that it is exhausted is unavailable', async () => {
      const small = server.pool({ max: 1, connectionTimeoutMillis: 50 })
      const client = await small.connect()
      await expect(targetOf({ pool: small }).applyBatch([upsertOf({ sku: 'A' }, 5)], context)).rejects.toMatchObject(
        unavailable(/could not be reached/),
      )
      client.release()
    })

    test('a signal that is aborted already asks nobody', async () => {
      const aborted = callContext(AbortSignal.abort())
      await expect(targetOf().applyBatch([upsertOf({ sku: 'A' }, 5)], aborted)).rejects.toMatchObject(
        unavailable(/time/),
      )
      await expect(targetOf().read!([upsertOf({ sku: 'A' }, 5)], aborted)).rejects.toMatchObject(unavailable(/time/))
      expect(pool.totalCount).toBe(0)
    })
  })

  describe('faults', () => {
    test('a connection that is ended in the middle of a batch is unavailable, and the next batch gets another', async () => {
      const target = targetOf()
      await holding(async () => {
        const answers = target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)
        const refused = expect(answers).rejects.toMatchObject(unavailable(/57P01/))
        await untilLocked(watch)
        await watch.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        await refused
      })
      expect(pool.totalCount).toBe(0)
      expect(await target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)).toEqual(['applied'])
    })

    test('idle connections that are ended do no harm', async () => {
      const own = server.pool() as Pool & { removeAllListeners: (event: string) => void }
      own.removeAllListeners('error')
      const target = targetOf({ pool: own })
      await target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)
      const gone = new Promise((resolve) => own.once('remove', resolve))
      await watch.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE $1',
        ['COMMIT%'],
      )
      await gone
      expect(await target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)).toEqual(['unchanged'])
    })

    test('a server that stops in the middle of a batch is unavailable until it is back', async () => {
      const target = targetOf()
      await target.applyBatch([upsertOf({ sku: 'B' }, 1)], context)
      await holding(async () => {
        const answers = target.applyBatch([upsertOf({ sku: 'A' }, 5), upsertOf({ sku: 'C' }, 5)], context)
        const refused = expect(answers).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
        await untilLocked(watch)
        await server.crash()
        await refused
      })
      await expect(target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)).rejects.toMatchObject(
        unavailable(/could not be reached/),
      )
      await expect(target.read!([upsertOf({ sku: 'A' }, 5)], context)).rejects.toMatchObject(
        unavailable(/could not be reached/),
      )
      await server.restart()
      expect(await target.applyBatch([upsertOf({ sku: 'A' }, 5), upsertOf({ sku: 'B' }, 1)], context)).toEqual([
        'applied',
        'unchanged',
      ])
      expect(await state('C')).toBeUndefined()
    })

    test('a role that may only read is unavailable for writes, with what to grant', async () => {
      await watch.query(`CREATE ROLE reader LOGIN; GRANT SELECT ON ${table} TO reader`)
      const target = targetOf({ pool: server.pool({ user: 'reader' }) })
      await expect(target.applyBatch([upsertOf({ sku: 'A' }, 5)], context)).rejects.toMatchObject(
        unavailable(/42501.*Grant/),
      )
      expect(await target.read!([upsertOf({ sku: 'A' }, 5)], context)).toEqual([])
    })

    test('a wrong password, user or database is unavailable', async () => {
      for (const [wrong, said] of [
        [{ user: 'nobody' }, /28000/],
        [{ database: 'nowhere' }, /3D000.*database/],
        [{ host: '/nowhere' }, /ENOENT/],
      ] as const)
        await expect(
          targetOf({ pool: server.pool(wrong) }).applyBatch([upsertOf({ sku: 'A' }, 5)], context),
        ).rejects.toMatchObject(unavailable(said))
    })

    test('a frozen process does not hold its locks: the server ends its transaction', async () => {
      const target = targetOf({ statementTimeoutMs: 100 })
      const frozen = server.pool()
      const client = await frozen.connect()
      client.on('error', () => undefined)
      const query = client.query.bind(client) as (query: { readonly text: string }) => Promise<unknown>
      const never = {
        connect: async () => ({
          query: async (one: { readonly text: string }) =>
            one.text === 'COMMIT' ? new Promise(() => undefined) : query(one),
          release: () => undefined,
        }),
      }
      const hanging = targetOf({ pool: never, statementTimeoutMs: 100 }).applyBatch(
        [upsertOf({ sku: 'A' }, 5)],
        within(3_000),
      )
      const gaveUp = expect(hanging).rejects.toMatchObject(unavailable(/time was up/))
      await new Promise((resolve) => client.once('end', resolve)) // the server ended it
      expect(await target.applyBatch([upsertOf({ sku: 'A' }, 4)], context)).toEqual(['applied'])
      client.release(true)
      await gaveUp
    })
  })
})
