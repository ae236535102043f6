import type { Change, SnapshotEntry } from 'dynamodb-stream-sync'
import { dynamoDbTarget, type DynamoDbTargetOptions } from 'dynamodb-stream-sync/targets/dynamodb'
import { describe, expect, test } from 'vitest'
import { decodeImage } from '../../../src/core/attribute-value.ts'
import {
  batchAnswer,
  fakeDynamoDb,
  itemKeyOf,
  keysOf,
  marshalled,
  type Sent,
  serviceFault,
} from '../../support/fake-dynamodb.ts'
import { runningClock } from '../../support/running-clock.ts'
import { callContext } from '../../support/stock-changes.ts'

const version = (sequence: number) => `000000/2026-03-01T10:00:00.000/${String(sequence).padStart(40, '0')}`
const facts = { id: 'x', ...itemKeyOf({ sku: 'A' }), version: version(5), changedAt: new Date(0) }
const upsert = (item: object, more: object = {}): Change<unknown> => ({ ...facts, type: 'upsert', item, ...more })
const removal = (more: object = {}): Change<unknown> => ({ ...facts, type: 'removal', ...more })

function targetOf(answer: Parameters<typeof fakeDynamoDb>[0], options: Partial<DynamoDbTargetOptions> = {}) {
  const client = fakeDynamoDb(answer)
  return {
    client,
    target: dynamoDbTarget({ tableName: 'stock', client, clock: runningClock(1_000_000_000_500), ...options }),
  }
}

/** Applies to a table that takes everything, and answers the row that it was sent. */
async function rowFor(change: Change<unknown>, options: Partial<DynamoDbTargetOptions> = {}) {
  const { client, target } = targetOf(() => ({}), options)
  expect(await target.apply(change, callContext())).toBe('applied')
  return decodeImage(client.sent[0]!.input['Item'] as object)
}

const refusedBecause = (held: unknown, options: Partial<DynamoDbTargetOptions> = {}) =>
  targetOf(() => serviceFault('ConditionalCheckFailedException', { Item: held }), options)

describe('applying a change', () => {
  test('is one conditional write of item, key and version, with every name and value as a parameter', async () => {
    const { client, target } = targetOf(() => ({}))
    expect(await target.apply(upsert({ sku: 'A', quantity: 12345678901234567890n }), callContext())).toBe('applied')
    expect(client.sent).toHaveLength(1)
    expect(client.sent[0]).toMatchObject({
      operation: 'PutItem',
      input: {
        TableName: 'stock',
        Item: { sku: { S: 'A' }, quantity: { N: '12345678901234567890' }, _version: { S: version(5) } },
        ConditionExpression: 'attribute_not_exists(#version) OR #version < :version',
        ExpressionAttributeNames: { '#version': '_version' },
        ExpressionAttributeValues: { ':version': { S: version(5) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    })
    expect(target.guarded).toBe(true)
  })

  test('an item without its key attributes gets them', async () => {
    expect(await rowFor(upsert({ quantity: 1 }))).toEqual({ sku: 'A', quantity: 1, _version: version(5) })
  })

  test('a removal leaves a tombstone that ends in whole seconds after 30 days', async () => {
    const row = await rowFor(removal())
    expect(row).toEqual({ sku: 'A', _version: version(5), _removed: true, _expiresAt: 1_000_000_001 + 30 * 86_400 })
  })

  test('tombstones live as long as told, under the names that were told', async () => {
    const names = { versionAttribute: 'v', removedAttribute: 'gone', expiryAttribute: 'ttl' }
    const row = await rowFor(removal(), { ...names, tombstoneDays: 2 })
    expect(row).toEqual({ sku: 'A', v: version(5), gone: true, ttl: 1_000_000_001 + 2 * 86_400 })
  })

  test.for<readonly [held: string, result: string]>([
    [version(5), 'unchanged'],
    [version(6), 'stale'],
    [`${version(5)}~000001`, 'stale'],
  ])('refused because the table holds %s: %s', async ([held, result]) => {
    const { client, target } = refusedBecause({ sku: { S: 'A' }, _version: { S: held } })
    expect(await target.apply(upsert({}), callContext())).toBe(result)
    expect(client.sent).toHaveLength(1)
  })

  test('a server that does not tell what it holds is asked, strongly consistent', async () => {
    const { client, target } = targetOf(({ operation }) =>
      operation === 'PutItem'
        ? serviceFault('ConditionalCheckFailedException')
        : { Item: { _version: { S: version(6) } } },
    )
    expect(await target.apply(upsert({}), callContext())).toBe('stale')
    expect(client.sent[1]).toMatchObject({
      operation: 'GetItem',
      input: { TableName: 'stock', Key: { sku: { S: 'A' } }, ConsistentRead: true, ProjectionExpression: '#version' },
    })
  })

  test('a row that went away, or became older, between the two is worth another try', async () => {
    for (const Item of [undefined, { _version: { S: version(4) } }]) {
      const { target } = targetOf(({ operation }) =>
        operation === 'PutItem' ? serviceFault('ConditionalCheckFailedException') : { Item },
      )
      await expect(target.apply(upsert({}), callContext())).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    }
  })

  test.for([{ N: '7' }, { S: 'v7' }, { S: '' }])(
    'a row whose version attribute holds %o is somebody else’s: rejected',
    async (held) => {
      const { target } = refusedBecause({ sku: { S: 'A' }, _version: held })
      await expect(target.apply(upsert({}), callContext())).rejects.toMatchObject({
        code: 'TARGET_REJECTED',
        message: expect.stringContaining('versionAttribute') as string,
      })
    },
  )

  test.for<readonly [what: string, item: unknown, said: RegExp, options?: Partial<DynamoDbTargetOptions>]>([
    ['the version’s name', { _version: 1 }, /"_version".*versionAttribute/],
    ['the mark’s name', { _removed: undefined }, /"_removed".*removedAttribute/],
    ['the expiry’s name', { _expiresAt: 1 }, /"_expiresAt".*expiryAttribute/],
    ['a name that was told', { v: 1 }, /"v".*versionAttribute/, { versionAttribute: 'v' }],
    ['the name of a key attribute of the target', { pk: 1 }, /"pk"/, { key: { pk: ({ key }) => key } }],
    ['another key', { sku: 'B' }, /"sku".*key/],
    ['a key of another type', { sku: 1 }, /"sku".*key/],
    ['a key that is none', { sku: null }, /"sku".*key/],
    ['__proto__', JSON.parse('{ "__proto__": 1 }'), /__proto__/],
    ['a date', { at: new Date() }, /"at" is a Date/],
    ['39 digits', { n: 10n ** 39n + 1n }, /38/],
  ])('an item with %s is rejected before anything is sent', async ([, item, said, options = {}]) => {
    const { client, target } = targetOf(() => ({}), options)
    await expect(target.apply(upsert(item as object), callContext())).rejects.toMatchObject({
      code: 'TARGET_REJECTED',
      message: expect.stringMatching(said) as string,
    })
    expect(client.sent).toEqual([])
  })

  test.for([7, null, 'x', [], new Map([['_version', 1]])])('the item %o is rejected', async (item) => {
    const { target } = targetOf(() => ({}))
    await expect(target.apply(upsert(item as never), callContext())).rejects.toMatchObject({ code: 'TARGET_REJECTED' })
  })

  test('a key attribute that has the name of the version is rejected', async () => {
    const { target } = targetOf(() => ({}))
    const change = removal(itemKeyOf({ _version: 'A' }))
    await expect(target.apply(change, callContext())).rejects.toMatchObject({ code: 'TARGET_REJECTED' })
  })

  test.for<readonly [fault: Error, code: string, retryAfterMs?: number]>([
    [serviceFault('ProvisionedThroughputExceededException'), 'TARGET_UNAVAILABLE'],
    [
      serviceFault('ThrottlingException', { $response: { headers: { 'retry-after': '3' } } }),
      'TARGET_UNAVAILABLE',
      3_000,
    ],
    [
      serviceFault('ThrottlingException', { $response: { headers: { 'x-amz-retry-after': '70' } } }),
      'TARGET_UNAVAILABLE',
      70,
    ],
    [serviceFault('RequestLimitExceeded', { $response: { headers: { 'retry-after': 'soon' } } }), 'TARGET_UNAVAILABLE'],
    [serviceFault('InternalServerError', { $metadata: { httpStatusCode: 500 } }), 'TARGET_UNAVAILABLE'],
    [serviceFault('TransactionConflictException'), 'TARGET_UNAVAILABLE'],
    [serviceFault('ResourceNotFoundException'), 'TARGET_UNAVAILABLE'],
    [serviceFault('AccessDeniedException'), 'TARGET_UNAVAILABLE'],
    [serviceFault('ExpiredTokenException'), 'TARGET_UNAVAILABLE'],
    [serviceFault('TimeoutError'), 'TARGET_UNAVAILABLE'],
    [serviceFault('Error', { code: 'ECONNREFUSED' }), 'TARGET_UNAVAILABLE'],
    [new TypeError('odd'), 'TARGET_UNAVAILABLE'],
    [serviceFault('ValidationException'), 'TARGET_REJECTED'],
    [serviceFault('ItemCollectionSizeLimitExceededException'), 'TARGET_REJECTED'],
    [serviceFault('SerializationException'), 'TARGET_REJECTED'],
    [serviceFault('Unknown', { $metadata: { httpStatusCode: 413 } }), 'TARGET_REJECTED'],
  ])('%s: %s', async ([fault, code, retryAfterMs]) => {
    const { target } = targetOf(() => fault)
    const error: unknown = await target.apply(upsert({}), callContext()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    expect(error).not.toHaveProperty('cause') // it would carry the signed request
    expect((error as { retryAfterMs?: number }).retryAfterMs).toBe(retryAfterMs)
    expect((error as Error).message).not.toContain('words of the service')
  })

  test('the request id is told, by which AWS finds the request', async () => {
    const { target } = targetOf(() => serviceFault('ValidationException', { $metadata: { requestId: 'ABC-1' } }))
    await expect(target.apply(upsert({}), callContext())).rejects.toThrow('(ValidationException, request ABC-1)')
  })

  test('the signal reaches the client, and an aborted one sends nothing', async () => {
    const { client, target } = targetOf(() => serviceFault('AbortError'))
    const controller = new AbortController()
    const applied = target.apply(upsert({}), callContext(controller.signal))
    controller.abort()
    await expect(applied).rejects.toMatchObject({ code: 'TARGET_UNAVAILABLE' })
    expect(client.sent[0]!.signal).toBe(controller.signal)
    await expect(target.apply(upsert({}), callContext(controller.signal))).rejects.toMatchObject({
      code: 'TARGET_UNAVAILABLE',
    })
    expect(client.sent).toHaveLength(1)
  })
})

describe('a table with a key of its own', () => {
  const composite = itemKeyOf({ sku: 'A', location: 7 })

  test('gets its key beside the item’s own attributes', async () => {
    const key = { pk: ({ key: text }: { key: string }) => text }
    expect(await rowFor(removal(composite), { key })).toMatchObject({ pk: composite.key, sku: 'A', location: 7 })
  })

  test('by name: the same one stays an attribute of the item, another one is the table’s own', async () => {
    const options = { key: { sku: 'sku', site: 'location' } }
    const row = await rowFor(upsert({ sku: 'A', location: 7, quantity: 1 }, composite), options)
    expect(row).toEqual({ sku: 'A', site: 7, location: 7, quantity: 1, _version: version(5) })
    const { target } = targetOf(() => batchAnswer([marshalled(row)]), options)
    const [entry] = await target.read!([composite], callContext())
    expect(entry).toEqual({ key: composite.key, item: { sku: 'A', location: 7, quantity: 1 }, version: version(5) })
  })

  test('a key that comes out as nothing is rejected', async () => {
    for (const key of [{ pk: 'nope' }, { pk: () => undefined as never }]) {
      const { target } = targetOf(() => ({}), { key })
      await expect(target.apply(upsert({}), callContext())).rejects.toMatchObject({ code: 'TARGET_REJECTED' })
    }
  })
})

describe('reading', () => {
  const stored = (sku: string, more: object = {}) => marshalled({ sku, quantity: 5, _version: version(5), ...more })

  test('answers items, tombstones and rows without a version under their keys, without what is the library’s', async () => {
    const rows = [
      stored('A'),
      marshalled({ sku: 'B', _version: version(6), _removed: true, _expiresAt: 1 }),
      marshalled({ sku: 'C', quantity: 1 }),
    ]
    const { client, target } = targetOf(() => batchAnswer(rows))
    const entries = await target.read!(
      ['A', 'B', 'C', 'D', 'A'].map((sku) => itemKeyOf({ sku })),
      callContext(),
    )
    expect(entries).toEqual<readonly SnapshotEntry[]>([
      { key: 'A', item: { sku: 'A', quantity: 5 }, version: version(5) },
      { key: 'B', item: { sku: 'B' }, version: version(6), removed: true },
      { key: 'C', item: { sku: 'C', quantity: 1 } },
    ])
    expect(keysOf(client.sent[0]!)).toHaveLength(4)
    expect(client.sent[0]!.input).toMatchObject({ RequestItems: { stock: { ConsistentRead: true } } })
  })

  test.for([7, 'v7'])('a version attribute that holds %o stays data, so that the drift is seen', async (other) => {
    const { target } = targetOf(() => batchAnswer([stored('A', { _version: other, _removed: true })]))
    const entries = await target.read!([itemKeyOf({ sku: 'A' })], callContext())
    expect(entries).toEqual([{ key: 'A', item: { sku: 'A', quantity: 5, _version: other, _removed: true } }])
  })

  test('the repair of an item never seen has a version', async () => {
    const { target } = targetOf(() => batchAnswer([stored('A', { _version: '-~000001' })]))
    const entries = await target.read!([itemKeyOf({ sku: 'A' })], callContext())
    expect(entries).toEqual([{ key: 'A', item: { sku: 'A', quantity: 5 }, version: '-~000001' }])
  })

  test('a row that cannot be read makes the read unavailable', async () => {
    const { target } = targetOf(() => batchAnswer([{ sku: { S: 'A' }, x: { Q: 1 } }]))
    await expect(target.read!([itemKeyOf({ sku: 'A' })], callContext())).rejects.toMatchObject({
      code: 'TARGET_UNAVAILABLE',
    })
  })

  test('a snapshot treats rows alike and leaves the key to its reader', async () => {
    const Items = [stored('A'), stored('B', { _removed: true, _expiresAt: 1, quantity: undefined })]
    const { client, target } = targetOf(() => ({ Items }))
    const snapshot = target.snapshot!()
    const page = await snapshot
      .pages({ signal: new AbortController().signal, partition: { index: 0, count: 2 } })
      .next()
    expect(snapshot.order).toBe('none')
    expect(page.value).toEqual([
      { item: { sku: 'A', quantity: 5 }, version: version(5) },
      { item: { sku: 'B' }, version: version(5), removed: true },
    ])
    expect((client.sent[0] as Sent).input).toMatchObject({ ConsistentRead: true, Segment: 0, TotalSegments: 2 })
  })
})

describe('options that cannot work', () => {
  test.for<readonly [options: unknown, field: string]>([
    [null, 'dynamoDbTarget'],
    [{}, 'tableName'],
    [{ tableName: 'a b c' }, 'tableName'],
    [{ tableName: 'stock', client: { send: 1 } }, 'client'],
    [{ tableName: 'stock', tombstoneDays: 1 }, 'tombstoneDays'],
    [{ tableName: 'stock', tombstoneDays: 2.5 }, 'tombstoneDays'],
    [{ tableName: 'stock', tombstoneDays: Infinity }, 'tombstoneDays'],
    [{ tableName: 'stock', versionAttribute: '' }, 'versionAttribute'],
    [{ tableName: 'stock', removedAttribute: 7 }, 'removedAttribute'],
    [{ tableName: 'stock', expiryAttribute: '__proto__' }, 'expiryAttribute'],
    [{ tableName: 'stock', expiryAttribute: '_version' }, 'expiryAttribute'],
    [{ tableName: 'stock', key: { _version: 'sku' } }, 'key'],
    [{ tableName: 'stock', key: {} }, 'key'],
    [{ tableName: 'stock', key: [] }, 'key'],
    [{ tableName: 'stock', key: { a: 'a', b: 'b', c: 'c' } }, 'key'],
    [{ tableName: 'stock', key: { pk: 7 } }, 'key.pk'],
    [{ tableName: 'stock', clock: 7 }, 'clock'],
    [{ tableName: 'stock', ttlDays: 7 }, 'ttlDays'],
  ])('%o is refused, naming %s', ([options, field]) => {
    expect((): unknown => dynamoDbTarget(options as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', field }),
    )
  })

  test('too short a life of tombstones is refused with the rule', () => {
    expect((): unknown => dynamoDbTarget({ tableName: 'stock', tombstoneDays: 1 })).toThrow(/retention plus 24 h/)
  })
})
