import { createReconcileHandler } from 'dynamodb-stream-sync'
import { dynamoDbLock, type DynamoDbLockOptions } from 'dynamodb-stream-sync/locks/dynamodb'
import { lockContract, manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { fakeDynamoDb, serviceFault } from '../../support/fake-dynamodb.ts'
import { fakeLockTable, type LockFault } from '../../support/fake-lock-table.ts'
import { memoryTable } from '../../support/memory-table.ts'

type Fault = Parameters<typeof fakeLockTable>[0]

/** Locks on one table, each as of another machine: with a clock of its own, if told. */
function locksOn(fault?: Fault) {
  const clock = manualClock()
  const { rows, answer } = fakeLockTable(fault)
  const client = fakeDynamoDb(answer)
  const lockOf = (options: Partial<DynamoDbLockOptions> = {}) =>
    dynamoDbLock({ tableName: 'locks', client, clock, ...options })
  /** A machine whose wall clock is off by so much. */
  const off = (ms: number) => ({ ...clock, now: () => clock.now() + ms })
  return { clock, client, rows, lockOf, off }
}

const minute = 60_000

describe('dynamoDbLock keeps the published contract on a table in memory', () => {
  const { clock, lockOf } = locksOn()
  const options = { create: () => lockOf(), pass: clock.advance, graceMs: minute }
  for (const { name, check } of lockContract(options)) test(name, check)
})

describe('what is written', () => {
  test('a row with token, revision and end, on the condition that it is free', async () => {
    const { client, clock, lockOf } = locksOn()
    await lockOf({ owner: 'the night run' }).acquire('reconcile', minute)
    expect(client.sent).toHaveLength(1)
    expect(client.sent[0]).toMatchObject({
      operation: 'PutItem',
      input: {
        TableName: 'locks',
        Item: {
          name: { S: 'reconcile' },
          leaseMs: { N: '60000' },
          expiresAt: { N: String(clock.now() + minute) },
          ttl: { N: String(Math.ceil((clock.now() + 2 * minute + 86_400_000) / 1_000)) },
          owner: { S: 'the night run' },
        },
        ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt < :past',
        ExpressionAttributeNames: { '#key': 'name', '#expiresAt': 'expiresAt' },
        ExpressionAttributeValues: { ':past': { N: String(clock.now() - minute) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    })
  })

  test('key and TTL have the names that they were given', async () => {
    const client = fakeDynamoDb(() => ({}))
    const lock = dynamoDbLock({ tableName: 'locks', client, keyAttribute: 'pk', ttlAttribute: 'gone' })
    const lease = await lock.acquire('a', 1_000)
    await lease!.renew()
    await lease!.release()
    const items = client.sent.map(({ input }) => Object.keys((input['Item'] ?? input['Key']) as object))
    expect(items[0]).toEqual(expect.arrayContaining(['pk', 'gone']))
    expect(items[2]).toEqual(['pk'])
    expect(client.sent[1]!.input['ExpressionAttributeNames']).toEqual({ '#token': 'token' })
  })

  test('each lease has a token of its own, and each renewal another revision', async () => {
    const { client, lockOf } = locksOn()
    const first = await lockOf().acquire('a', minute)
    await first!.renew()
    await first!.release()
    await lockOf().acquire('a', minute)
    const rows = client.sent.flatMap(({ input }) =>
      input['Item'] ? [input['Item'] as Record<string, { S: string }>] : [],
    )
    expect(new Set(rows.map(({ token }) => token!.S)).size).toBe(2)
    expect(new Set(rows.map(({ revision }) => revision!.S)).size).toBe(3)
  })
})

describe('wall clocks that differ', () => {
  test.for([-minute, -1_000, 1_000, minute])('by %d ms: a lease that holds is not taken', async (skew) => {
    const { clock, lockOf, off } = locksOn()
    await lockOf().acquire('a', minute)
    await clock.advance(minute - 1)
    expect(await lockOf({ clock: off(skew) }).acquire('a', minute)).toBeUndefined()
  })

  test('the skew that is allowed is what a crash costs, and no more', async () => {
    const { clock, lockOf } = locksOn()
    const other = () => lockOf({ maxClockSkewMs: 5_000 }).acquire('a', minute)
    await lockOf().acquire('a', minute)
    await clock.advance(minute + 5_000)
    expect(await other()).toBeUndefined()
    await clock.advance(1)
    expect(await other()).toBeDefined()
  })

  test('who asks again and again needs no wall clock: what did not change for a lease is free', async () => {
    const { clock, lockOf, off } = locksOn()
    await lockOf().acquire('a', minute)
    const behind = lockOf({ clock: off(-86_400_000) })
    expect(await behind.acquire('a', minute)).toBeUndefined()
    await clock.advance(minute - 1)
    expect(await behind.acquire('a', minute)).toBeUndefined()
    await clock.advance(1)
    expect(await behind.acquire('a', minute)).toBeDefined()
  })

  test('and what is renewed in between is not', async () => {
    const { clock, lockOf, off } = locksOn()
    const lease = await lockOf().acquire('a', minute)
    const behind = lockOf({ clock: off(-86_400_000) })
    for (let time = 0; time < 5; time++) {
      expect(await behind.acquire('a', minute)).toBeUndefined()
      await clock.advance(minute - 1)
      await lease!.renew()
    }
    expect(await behind.acquire('a', minute)).toBeUndefined()
  })

  test('of two that saw it left, one takes it', async () => {
    const { clock, lockOf, off } = locksOn()
    await lockOf().acquire('a', minute)
    const watchers = [lockOf({ clock: off(-1e9) }), lockOf({ clock: off(-1e9) }), lockOf({ clock: off(-1e9) })]
    for (const watcher of watchers) await watcher.acquire('a', minute)
    await clock.advance(minute)
    const answers = await Promise.all(watchers.map((watcher) => watcher.acquire('a', minute)))
    expect(answers.filter((lease) => lease !== undefined)).toHaveLength(1)
  })

  test('where one runs too far ahead, the former owner cannot renew', async () => {
    const { lockOf, off } = locksOn()
    const lease = await lockOf().acquire('a', minute)
    expect(await lockOf({ clock: off(10 * minute) }).acquire('a', minute)).toBeDefined()
    await expect(lease!.renew()).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
  })
})

describe('answers that were lost', () => {
  const lostOnce =
    (at: number) =>
    (_: unknown, count: number): LockFault =>
      count === at ? { afterwards: serviceFault('TimeoutError') } : undefined

  test('who wrote the row and asked again has it', async () => {
    const { rows, lockOf, client } = locksOn()
    let tries = 0
    const retrying = {
      send: async (command: never, options: never) => {
        await client.send(command, options)
        tries += 1
        return client.send(command, options) // as the SDK does when the first answer was lost
      },
    }
    expect(await lockOf({ client: retrying }).acquire('a', minute)).toBeDefined()
    expect([tries, rows.size]).toEqual([1, 1])
  })

  test('a renewal that was carried out though its answer was lost can be renewed again', async () => {
    const { lockOf } = locksOn(lostOnce(2))
    const lease = await lockOf().acquire('a', minute)
    await expect(lease!.renew()).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    await lease!.renew()
  })

  test('a release that was carried out though its answer was lost can be made again', async () => {
    const { rows, lockOf } = locksOn(lostOnce(2))
    const lease = await lockOf().acquire('a', minute)
    await expect(lease!.release()).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    await lease!.release()
    expect(rows.size).toBe(0)
  })
})

describe('what goes wrong', () => {
  test.for<readonly [name: string, message: RegExp]>([
    ['ResourceNotFoundException', /Check tableName.*one key attribute, the text "name"/],
    ['ValidationException', /one key attribute, the text "name"/],
    ['AccessDeniedException', /Allow the role/],
    ['ProvisionedThroughputExceededException', /It may pass/],
  ])('%s is told with a remedy', async ([name, message]) => {
    const { lockOf } = locksOn(() => ({ instead: serviceFault(name) }))
    await expect(lockOf().acquire('a', minute)).rejects.toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: expect.stringMatching(message) as string,
    })
  })

  test('a table that does not answer is given up after its time-out', async () => {
    const { clock, lockOf } = locksOn(() => ({ instead: new Promise(() => undefined) }))
    const work = lockOf({ timeoutMs: 3_000 }).acquire('a', minute)
    await expect(clock.settle(work)).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(clock.monotonic()).toBe(3_000)
  })

  test.for<readonly [what: string, row: object]>([
    ['another thing', { name: { S: 'a' }, quantity: { N: '5' } }],
    ['a lock of another form', { name: { S: 'a' }, token: { S: 'x' }, revision: { N: '7' }, leaseMs: { N: '1' } }],
    ['a row that cannot be read', { name: { S: 'a' }, token: { X: 1 } }],
  ])('a row that is %s is refused, not waited for', async ([, row]) => {
    const { rows, lockOf } = locksOn()
    rows.set('a', row as never)
    await expect(lockOf().acquire('a', minute)).rejects.toMatchObject({
      code: 'TARGET_REJECTED',
      message: expect.stringContaining('a table of their own') as string,
    })
    expect(rows.get('a')).toBe(row)
  })

  test('a client that does not tell which row stood in the way is asked', async () => {
    const { clock, client, lockOf } = locksOn()
    const silent = {
      send: async (command: never, options: never) => {
        try {
          return await client.send(command, options)
        } catch (error) {
          throw serviceFault((error as Error).name)
        }
      },
    }
    await lockOf().acquire('a', minute)
    const watcher = lockOf({ client: silent, clock: { ...clock, now: () => 0 } })
    expect(await watcher.acquire('a', minute)).toBeUndefined()
    expect(client.sent.at(-1)).toMatchObject({ operation: 'GetItem', input: { ConsistentRead: true } })
    await clock.advance(minute)
    expect(await watcher.acquire('a', minute)).toBeDefined()
  })

  test.for<readonly [name: unknown, leaseMs: unknown]>([
    ['', minute],
    [7, minute],
    ['ä'.repeat(1_025), minute],
    ['a', 0],
    ['a', -1],
    ['a', Number.NaN],
    ['a', Infinity],
    ['a', 'long'],
  ])('%s for %s is no lease', async ([name, leaseMs]) => {
    const { client, lockOf } = locksOn()
    await expect(lockOf().acquire(name as never, leaseMs as never)).rejects.toMatchObject({ code: 'TARGET_REJECTED' })
    expect(client.sent).toEqual([])
  })
})

test('reconcile runs once at a time, and again after it was let go', async () => {
  const { clock, rows, lockOf } = locksOn()
  const run = () => {
    const places = { table: memoryTable([{ sku: 'A', quantity: 5 }]), targets: { east: memoryTarget() } }
    return createReconcileHandler({ ...places, mode: 'apply', maxRepairRatio: 1, clock, lock: lockOf() })({})
  }
  const reports = await clock.settle(Promise.all([run(), run(), run()]))
  expect(reports.map(({ stoppedBy }) => stoppedBy).sort()).toEqual(['lock', 'lock', undefined])
  expect(rows.size).toBe(0)
  expect((await clock.settle(run())).stoppedBy).toBeUndefined()
})

describe('options that cannot work', () => {
  const make = (options: object) => (): unknown => dynamoDbLock({ tableName: 'locks', ...options })

  test.for<readonly [options: object, field: string]>([
    [{ tableName: '' }, 'tableName'],
    [{ client: {} }, 'client'],
    [{ clock: {} }, 'clock'],
    [{ keyAttribute: '' }, 'keyAttribute'],
    [{ keyAttribute: 'token' }, 'keyAttribute'],
    [{ keyAttribute: '__proto__' }, 'keyAttribute'],
    [{ ttlAttribute: 'expiresAt' }, 'ttlAttribute'],
    [{ ttlAttribute: 'name' }, 'ttlAttribute'],
    [{ owner: 7 }, 'owner'],
    [{ maxClockSkewMs: -1 }, 'maxClockSkewMs'],
    [{ maxClockSkewMs: 3_600_001 }, 'maxClockSkewMs'],
    [{ maxClockSkewMs: 1.5 }, 'maxClockSkewMs'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ lease: 1 }, 'lease'],
  ])('%o is refused, naming %s', ([options, field]) => {
    expect(make(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field }))
  })
})
