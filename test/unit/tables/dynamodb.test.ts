import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { describe, expect, test } from 'vitest'
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

const skus = (count: number) => Array.from({ length: count }, (_, index) => itemKeyOf({ sku: `A${index}` }))
const rowsFor = (sent: Sent) => keysOf(sent).map((key) => ({ ...key, quantity: { N: '5' } }))

function tableOf(answer: Parameters<typeof fakeDynamoDb>[0]) {
  const client = fakeDynamoDb(answer)
  return { client, table: dynamoDbTable({ tableName: 'stock', client, clock: runningClock() }) }
}

const unavailable = expect.objectContaining({ code: 'TARGET_UNAVAILABLE' }) as Error

describe('reading the table', () => {
  test('250 keys are asked for strongly consistent in chunks of 100, 100 and 50', async () => {
    const { client, table } = tableOf((sent) => batchAnswer(rowsFor(sent)))
    const entries = await table.read(skus(250), callContext())
    expect(client.sent.map((sent) => keysOf(sent).length)).toEqual([100, 100, 50])
    expect(client.sent[0]).toMatchObject({
      operation: 'BatchGetItem',
      input: { RequestItems: { stock: { ConsistentRead: true } } },
    })
    expect(entries.map(({ item }) => item['sku']).sort()).toEqual(
      skus(250)
        .map(({ key }) => key)
        .sort(),
    )
  })

  test('no keys, no request', async () => {
    const { client, table } = tableOf(() => batchAnswer([]))
    expect(await table.read([], callContext())).toEqual([])
    expect(client.sent).toEqual([])
  })

  test('a key that is given twice is asked for once, whatever form its number has', async () => {
    const { client, table } = tableOf((sent) => batchAnswer(rowsFor(sent)))
    const keys = [itemKeyOf({ id: 15 }), itemKeyOf({ id: 15n }), itemKeyOf({ id: 16 })]
    expect(await table.read(keys, callContext())).toHaveLength(2)
    expect(keysOf(client.sent[0]!)).toEqual([{ id: { N: '15' } }, { id: { N: '16' } }])
  })

  test('rows are matched to numeric and binary keys however the server writes them', async () => {
    const row = { id: { N: '1.50' }, part: { B: new Uint8Array([1, 2]) }, quantity: { N: '9' } }
    const { table } = tableOf(() => batchAnswer([row]))
    const entries = await table.read([itemKeyOf({ id: 1.5, part: new Uint8Array([1, 2]) })], callContext())
    expect(entries).toEqual([{ item: { id: 1.5, part: new Uint8Array([1, 2]), quantity: 9 } }])
  })

  test('a key without a row is left out, for the table does not hold it', async () => {
    const { table } = tableOf((sent) => batchAnswer(rowsFor(sent).slice(1)))
    expect((await table.read(skus(3), callContext())).map(({ item }) => item['sku'])).toEqual(['A1', 'A2'])
  })

  test('what stays unprocessed is asked for again until it is answered', async () => {
    const { client, table } = tableOf((sent) => batchAnswer(rowsFor(sent).slice(0, 7), keysOf(sent).slice(7)))
    const entries = await table.read(skus(100), callContext())
    expect(new Set(entries.map(({ item }) => item['sku'])).size).toBe(100)
    expect(client.sent.map((sent) => keysOf(sent).length).slice(0, 3)).toEqual([100, 93, 86])
  })

  test('a throttled request is asked for again', async () => {
    const fault = serviceFault('ProvisionedThroughputExceededException')
    const { client, table } = tableOf((sent, count) => (count < 4 ? fault : batchAnswer(rowsFor(sent))))
    expect(await table.read(skus(2), callContext())).toHaveLength(2)
    expect(client.sent).toHaveLength(4)
  })

  test('a key that stays unprocessed until the signal aborts makes the read unavailable, not the key gone', async () => {
    const controller = new AbortController()
    const { client, table } = tableOf((sent, count) => {
      if (count === 12) controller.abort()
      return batchAnswer(rowsFor(sent).slice(1), keysOf(sent).slice(0, 1))
    })
    await expect(table.read(skus(2), callContext(controller.signal))).rejects.toEqual(unavailable)
    expect(client.sent).toHaveLength(12)
  })

  test('pauses grow, so that a table without capacity is not hammered', async () => {
    const controller = new AbortController()
    const clock = runningClock()
    const client = fakeDynamoDb((sent, count) => {
      if (count === 30) controller.abort()
      return batchAnswer([], keysOf(sent))
    })
    await expect(
      dynamoDbTable({ tableName: 'stock', client, clock }).read(skus(1), callContext(controller.signal)),
    ).rejects.toEqual(unavailable)
    expect(clock.monotonic()).toBeGreaterThan(5_000)
  })

  test('an abort reaches the request', async () => {
    const controller = new AbortController()
    const { client, table } = tableOf((sent) => {
      controller.abort()
      return sent.signal?.aborted ? serviceFault('AbortError') : batchAnswer(rowsFor(sent))
    })
    await expect(table.read(skus(1), callContext(controller.signal))).rejects.toEqual(unavailable)
    expect(client.sent).toHaveLength(1)
  })

  test('an aborted signal asks nothing', async () => {
    const { client, table } = tableOf((sent) => batchAnswer(rowsFor(sent)))
    await expect(table.read(skus(1), callContext(AbortSignal.abort()))).rejects.toEqual(unavailable)
    expect(client.sent).toEqual([])
  })

  test.for([
    'ResourceNotFoundException',
    'AccessDeniedException',
    'InternalServerError',
    'TimeoutError',
    'ValidationException',
    'Odd',
  ])('%s makes the read unavailable at once', async (name) => {
    const { client, table } = tableOf(() => serviceFault(name))
    await expect(table.read(skus(1), callContext())).rejects.toEqual(unavailable)
    expect(client.sent).toHaveLength(1)
  })

  test('after a failed chunk, the others stop, also those that wait for capacity', async () => {
    const { client, table } = tableOf((sent, count) =>
      count === 6 ? serviceFault('InternalServerError') : batchAnswer([], keysOf(sent)),
    )
    await expect(table.read(skus(1_000), callContext())).rejects.toEqual(unavailable)
    const asked = client.sent.length
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(client.sent).toHaveLength(asked)
    expect(client.sent.filter(({ signal }) => !signal?.aborted)).toEqual([])
  })

  test.for<readonly [what: string, answer: unknown]>([
    ['nothing', undefined],
    ['no responses', {}],
    ['responses that are no rows', { Responses: { stock: 'x' } }],
    ['keys that are no keys', { Responses: { stock: [] }, UnprocessedKeys: { stock: { Keys: 7 } } }],
    ['a row that was not asked for', batchAnswer([{ sku: { S: 'B' } }])],
    ['a row without key', batchAnswer([{ quantity: { N: '1' } }])],
    ['an unprocessed key that was not asked for', batchAnswer([], [{ sku: { S: 'B' } }])],
    ['a row with an attribute of an unknown type', batchAnswer([{ sku: { S: 'A0' }, x: { $unknown: ['Q', 1] } }])],
    ['a row with a number that is none', batchAnswer([{ sku: { S: 'A0' }, x: { N: '1; DROP' } }])],
    [
      'a row whose __proto__ the SDK lost',
      batchAnswer([JSON.parse('{ "sku": { "S": "A0" }, "__proto__": null }') as never]),
    ],
  ])('%s as an answer makes the read unavailable', async ([, answer]) => {
    const { table } = tableOf(() => answer)
    await expect(table.read(skus(1), callContext())).rejects.toEqual(unavailable)
  })

  test('a hostile row is data', async () => {
    const row = JSON.parse(
      '{ "sku": { "S": "A0" }, "constructor": { "S": "x" }, "toString": { "M": { "__proto__": { "M": { "quantity": { "N": "9" } } } } } }',
    ) as never
    const { table } = tableOf(() => batchAnswer([row]))
    const [entry] = await table.read(skus(1), callContext())
    expect(Object.keys(entry!.item)).toEqual(['sku', 'constructor', 'toString'])
    expect(JSON.stringify(entry!.item)).toContain('"toString":{"__proto__":{"quantity":9}}')
    expect(({} as { quantity?: unknown }).quantity).toBeUndefined()
  })
})

describe('the snapshot of the table', () => {
  const times = { startedAt: expect.any(Date) as Date, endedAt: expect.any(Date) as Date }
  const rows = [marshalled({ sku: 'A' }), marshalled({ sku: 'B' }), marshalled({ sku: 'C' })]
  const pageOf = ({ input }: Sent) => {
    const index =
      input['ExclusiveStartKey'] === undefined ? 0 : Number((input['ExclusiveStartKey'] as { at: { N: string } }).at.N)
    return {
      Items: index === 1 ? [] : [rows[index]],
      ...(index < 2 && { LastEvaluatedKey: { at: { N: String(index + 1) } } }),
    }
  }

  async function all(answer: Parameters<typeof fakeDynamoDb>[0], more: object = {}) {
    const { client, table } = tableOf(answer)
    const snapshot = table.snapshot()
    const pages = snapshot.pages({ signal: new AbortController().signal, ...more })
    const items: unknown[] = []
    let page = await pages.next()
    for (; !page.done; page = await pages.next()) items.push(...page.value.map(({ item }) => item['sku']))
    return { client, items, summary: page.value, order: snapshot.order }
  }

  test('reads every page strongly consistent and says when, and that it is whole', async () => {
    const { client, items, summary, order } = await all(pageOf)
    expect(order).toBe('none')
    expect(items).toEqual(['A', 'C'])
    expect(client.sent.map(({ operation, input }) => [operation, input['TableName'], input['ConsistentRead']])).toEqual(
      Array(3).fill(['Scan', 'stock', true]),
    )
    expect(client.sent[0]!.input).not.toHaveProperty('Segment')
    expect(summary).toEqual({ ...times, complete: true, rows: 2 })
  })

  test('a partition is a segment', async () => {
    const { client } = await all(pageOf, { partition: { index: 2, count: 4 } })
    expect(client.sent.every(({ input }) => input['Segment'] === 2 && input['TotalSegments'] === 4)).toBe(true)
  })

  test('each opening starts anew', async () => {
    const { table } = tableOf(pageOf)
    const snapshot = table.snapshot()
    for (let opening = 0; opening < 2; opening++) {
      const first = await snapshot.pages({ signal: new AbortController().signal }).next()
      expect(first.value).toEqual([{ item: { sku: 'A' } }])
    }
  })

  test('an abort between pages, or within one, ends it as not complete', async () => {
    for (const fails of [false, true]) {
      const controller = new AbortController()
      const answer = (sent: Sent, count: number) => {
        if (count === 2) controller.abort()
        return fails && count === 2 ? serviceFault('AbortError') : pageOf(sent)
      }
      const { client, summary } = await all(answer, { signal: controller.signal })
      expect(summary).toMatchObject({ complete: false })
      expect(client.sent).toHaveLength(2)
    }
  })

  test('a throttled page is asked for again', async () => {
    const { items } = await all((sent, count) => (count % 2 === 1 ? serviceFault('ThrottlingException') : pageOf(sent)))
    expect(items).toEqual(['A', 'C'])
  })

  test.for<readonly [answer: unknown, code: string]>([
    [serviceFault('InternalServerError'), 'TARGET_UNAVAILABLE'],
    [{}, 'TARGET_UNAVAILABLE'],
    [{ Items: [], LastEvaluatedKey: 7 }, 'TARGET_UNAVAILABLE'],
    [{ Items: [{ sku: { X: 1 } }] }, 'SNAPSHOT_INVALID'],
  ])('%o is thrown, never read as the end', async ([answer, code]) => {
    await expect(all(() => answer)).rejects.toMatchObject({ code })
  })
})

describe('options that cannot work', () => {
  const make = (options: unknown) => (): unknown => dynamoDbTable(options as never)

  test.for<readonly [options: unknown, field: string]>([
    [undefined, 'dynamoDbTable'],
    [{}, 'tableName'],
    [{ tableName: '' }, 'tableName'],
    [{ tableName: 'ab' }, 'tableName'],
    [{ tableName: 'a'.repeat(256) }, 'tableName'],
    [{ tableName: 'stock/lyon' }, 'tableName'],
    [{ tableName: 'arn:aws:s3:::bucket' }, 'tableName'],
    [{ tableName: 7 }, 'tableName'],
    [{ tableName: 'stock', client: {} }, 'client'],
    [{ tableName: 'stock', client: null }, 'client'],
    [{ tableName: 'stock', clock: {} }, 'clock'],
    [{ tableName: 'stock', table: 'x' }, 'table'],
  ])('%o is refused, naming %s', ([options, field]) => {
    expect(make(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field }))
  })

  test.for([
    'abc',
    'Stock_2.lyon-A',
    'arn:aws:dynamodb:eu-west-1:123456789012:table/stock',
    'arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/stock',
  ])('%s is a name', (tableName) => {
    expect(make({ tableName })).not.toThrow()
  })
})
