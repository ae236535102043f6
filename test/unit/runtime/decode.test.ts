import {
  createStreamSyncHandler,
  defineItem,
  inventoryItem,
  type SourceTable,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { readKey } from '../../../src/runtime/decode-record.ts'
import { synced } from '../../support/decoding.ts'

type View = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'

const now = { sku: 'A1', quantity: 5 }
const before = { sku: 'A1', quantity: 6 }

/** The record of a write as a stream of this view type carries it. */
function seenAs(view: View, record: StreamRecord): StreamRecord {
  const { NewImage, OldImage, ...rest } = record.dynamodb ?? {}
  return {
    ...record,
    dynamodb: {
      ...rest,
      StreamViewType: view,
      ...(NewImage && view.includes('NEW') && { NewImage }),
      ...(OldImage && view.includes('OLD') && { OldImage }),
    },
  }
}

function withPart(part: object, sequenceNumber = '111'): StreamRecord {
  const record = streamRecord({ newImage: now, sequenceNumber })
  return { ...record, dynamodb: { ...record.dynamodb, ...part } }
}

function tableOf(read: SourceTable['read']): SourceTable {
  return {
    read,
    snapshot: () => {
      throw new Error('Nobody reconciles here.')
    },
  }
}
const holding = (item: Readonly<Record<string, unknown>>) => tableOf(() => Promise.resolve([{ item }]))
const unavailable = tableOf(() => Promise.reject(new Error('throttled')))

describe('a write', () => {
  test.for<View>(['NEW_IMAGE', 'NEW_AND_OLD_IMAGES'])('is read from its images in a %s stream', async (view) => {
    const record = seenAs(view, streamRecord({ newImage: now, oldImage: before }))
    const { changes, failed } = await synced([record], {})
    expect(changes).toMatchObject([{ type: 'upsert', key: 'A1', keyAttributes: { sku: 'A1' }, item: now }])
    expect(changes[0]?.previous).toEqual(view === 'NEW_IMAGE' ? undefined : before)
    expect(failed).toEqual([])
  })

  test.for<View>(['KEYS_ONLY', 'OLD_IMAGE'])(
    'in a %s stream without a table is parked, told what to switch on',
    async (view) => {
      const record = seenAs(view, streamRecord({ newImage: now, oldImage: before }))
      const { changes, letters, failed } = await synced([record], {})
      expect(changes).toEqual([])
      expect(letters).toMatchObject([{ type: 'poison', code: 'RECORD_UNDECODABLE', record }])
      expect(letters[0]?.reason).toMatch(/NEW_AND_OLD_IMAGES.*`table`/)
      expect(failed).toEqual([])
    },
  )

  test.for<View>(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'])(
    'that removes is read in a %s stream',
    async (view) => {
      const { changes } = await synced([seenAs(view, streamRecord({ oldImage: before }))], {})
      expect(changes.map(({ type, key }) => [type, key])).toEqual([['removal', 'A1']])
    },
  )
})

describe('a row that the stream does not carry', () => {
  const record = seenAs('KEYS_ONLY', streamRecord({ newImage: now, sequenceNumber: '111' }))

  test('is asked for only where there is one', async () => {
    const asked: unknown[] = []
    const table = tableOf((keys) => {
      asked.push(keys)
      return Promise.resolve([])
    })
    const { changes } = await synced([seenAs('NEW_AND_OLD_IMAGES', streamRecord({ newImage: now }))], { table })
    expect([changes.length, asked]).toEqual([1, []])
  })

  test('keeps its place among those that it does carry', async () => {
    const of = (sku: string) => streamRecord({ newImage: { sku, quantity: 1 } })
    const table = tableOf((keys) => Promise.resolve(keys.map(({ key }) => ({ item: { sku: key, quantity: 1 } }))))
    const { got } = await synced([seenAs('KEYS_ONLY', of('A')), of('B'), seenAs('KEYS_ONLY', of('C'))], { table })
    expect(got.map(({ key }) => key)).toEqual(['A', 'B', 'C'])
  })

  test('and that the table tells as removed is a removal', async () => {
    const table = tableOf(() => Promise.resolve([{ key: 'A1', item: now, removed: true } as never]))
    expect((await synced([record], { table })).changes).toMatchObject([{ type: 'removal', key: 'A1' }])
  })

  test('is asked for as `table`, which is the name that an error gives', async () => {
    const names: string[] = []
    const table = tableOf((_, { target }) => {
      names.push(target)
      return Promise.reject(new Error('throttled'))
    })
    const { lines } = await synced([record], { table })
    expect(names).toEqual(['table'])
    expect(lines.join('\n')).toContain('\\"table\\"')
  })

  test('is read from the table, once for each key', async () => {
    const asked: string[][] = []
    const table = tableOf((keys) => {
      asked.push(keys.map(({ key }) => key))
      return Promise.resolve([{ item: { sku: 'A1', quantity: 9 } }])
    })
    const again = seenAs('KEYS_ONLY', streamRecord({ newImage: now, sequenceNumber: '112' }))
    const { changes } = await synced([record, again], { table })
    expect(changes).toMatchObject([{ type: 'upsert', item: { sku: 'A1', quantity: 9 } }])
    expect(asked).toEqual([['A1']])
  })

  test('and that the table does not hold is a removal', async () => {
    const { changes } = await synced([record], { table: tableOf(() => Promise.resolve([])) })
    expect(changes).toMatchObject([{ type: 'removal', key: 'A1' }])
  })

  test('and that the table could not tell is unresolved, never gone (history 15)', async () => {
    const { changes, failed, letters } = await synced([record], { table: unavailable })
    expect(changes).toEqual([])
    expect(failed).toEqual(['111'])
    expect(letters).toEqual([])
  })

  test('and that fails the schema is parked', async () => {
    const { changes, letters, failed } = await synced([record], { table: holding({ sku: 'A1', quantity: 'five' }) })
    expect(changes).toEqual([])
    expect(letters).toMatchObject([{ type: 'poison', record }])
    expect(failed).toEqual([])
  })
})

describe('a record is parked raw, blocking nobody (P7)', () => {
  const cases: readonly (readonly [problem: string, record: unknown])[] = [
    ['no `dynamodb` part', { eventName: 'INSERT' }],
    ['no `dynamodb` part', { eventName: 'INSERT', dynamodb: null }],
    ['no `dynamodb` part', {}],
    ['no object', null],
    ['neither INSERT, MODIFY nor REMOVE', { ...withPart({}), eventName: 'UPSERT' }],
    ['no `dynamodb.Keys`', withPart({ Keys: undefined })],
    ['"sku" is missing', withPart({ Keys: {} })],
    ['"sku" is empty', withPart({ Keys: { sku: { S: '' } } })],
    ['not DynamoDB JSON', withPart({ Keys: { sku: 'A1' } })],
    ['"12x" is no number', withPart({ SequenceNumber: '12x' })],
    ['`dynamodb.SequenceNumber` is no text. Hand over the record', withPart({ SequenceNumber: 5 })],
    ['`dynamodb.SequenceNumber` is no text. Hand over the record', withPart({ SequenceNumber: null })],
    ['no sequence number. Hand over the record', withPart({ SequenceNumber: undefined })],
    ['view type is unknown', withPart({ StreamViewType: 'ALL' })],
    ['names no stream', { ...withPart({}), eventSourceARN: 'arn:aws:sqs:x' }],
    ['no time in seconds', withPart({ ApproximateCreationDateTime: NaN })],
    ['no time in seconds', withPart({ ApproximateCreationDateTime: '5' })],
    ['fails the item schema at quantity', withPart({ NewImage: { sku: { S: 'A1' }, quantity: { S: '5' } } })],
    [
      'fails the item schema at quantity',
      withPart({ NewImage: { sku: { S: 'A1' }, quantity: { N: '9007199254740993' } } }),
    ],
    [
      'fails the item schema at quantity',
      withPart({ NewImage: { sku: { S: 'A1' }, quantity: { N: `0.1${'0'.repeat(20)}1` } } }),
    ],
    ['no number', withPart({ NewImage: { sku: { S: 'A1' }, quantity: { N: 'five' } } })],
  ]
  test.for(cases)('%s', async ([problem, record]) => {
    const good = streamRecord({ newImage: { sku: 'B2', quantity: 1 } })
    const { got, letters, failed } = await synced([record, good], {})
    expect(letters).toMatchObject([{ type: 'poison', code: 'RECORD_UNDECODABLE' }])
    expect(letters[0]?.record).toBe(record)
    expect(letters[0]?.reason).toContain(problem)
    expect(got).toEqual([{ target: 'east', type: 'upsert', key: 'B2' }])
    expect(failed).toEqual([])
  })

  test('with the schema’s issues in the letter, and not in the log', async () => {
    const schema = z.object({ sku: z.string(), quantity: z.number({ error: ({ input }) => `got ${String(input)}` }) })
    const item = defineItem({ schema, key: ['sku'] })
    const { letters, lines } = await synced([withPart({ NewImage: { sku: { S: 'A1' }, quantity: { S: 'secret' } } })], {
      item,
    })
    expect(letters[0]?.reason).toContain('quantity: got secret')
    expect(lines.join('\n')).toContain('fails the item schema at quantity')
    expect(lines.join('\n')).not.toContain('secret')
  })

  test('when the schema answers a real row with a promise, or throws', async () => {
    const schemaOf = (validate: (row: unknown) => never) => ({
      '~standard': { version: 1 as const, vendor: 'test', validate },
    })
    const late = (row: unknown) =>
      (row && Object.keys(row).length > 0 ? Promise.resolve({ value: row }) : { issues: [] }) as never
    const throwing = () => {
      throw new Error('schema bug')
    }
    for (const [validate, reason] of [
      [late, 'answers with a promise'],
      [throwing, 'schema threw'],
    ] as const) {
      const item = { ...inventoryItem, schema: schemaOf(validate) }
      const { letters, changes } = await synced<unknown>([streamRecord({ newImage: now })], { item: item as never })
      expect(letters[0]?.reason).toContain(reason)
      expect(changes).toEqual([])
    }
  })

  test('unless there is no DLQ: then it is reported', async () => {
    const handler = createStreamSyncHandler({ targets: { east: memoryTarget() } })
    const { batchItemFailures } = await handler({ Records: [withPart({ Keys: {} }, '7')] })
    expect(batchItemFailures).toEqual([{ itemIdentifier: '7' }])
  })
})

test('a quantity of 38 digits reaches the warehouse exact where the schema takes it (P8)', async () => {
  const item = defineItem({ schema: z.looseObject({ sku: z.string(), quantity: z.bigint() }), key: ['sku'] })
  const record = withPart({ NewImage: { sku: { S: 'A1' }, quantity: { N: '9'.repeat(38) } } })
  const { changes } = await synced([record], { item })
  expect(changes[0]?.item?.quantity).toBe(10n ** 38n - 1n)
})

test('an invalid old image does not poison a good new one', async () => {
  const record = withPart({ OldImage: { sku: { S: 'A1' }, quantity: { S: 'five' } } })
  const { changes, letters } = await synced([{ ...record, eventName: 'MODIFY' }], {})
  expect(changes).toMatchObject([{ type: 'upsert', item: now }])
  expect(changes[0]?.previous).toBeUndefined()
  expect(letters).toEqual([])
})

test.for([undefined, null, 5, 'event', {}, { Records: {} }])('%o is refused as no stream event', async (event) => {
  const handler = createStreamSyncHandler({ targets: { east: memoryTarget() }, dlq: memoryDlq() })
  await expect(handler(event as never)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' })
})

test('records are counted, those that are parked too', async () => {
  const { lines } = await synced([withPart({}), withPart({ Keys: {} })], {})
  expect(lines.at(-1)).toContain('"records":2,"delivered":1,')
})

test('a record without a view type is read', async () => {
  expect((await synced([withPart({ StreamViewType: undefined })], {})).changes).toMatchObject([{ item: now }])
})

test.for([
  [1_772_359_200, '2026-03-01T10:00:00.000Z'],
  [undefined, '1970-01-01T00:00:00.000Z'],
  [null, '1970-01-01T00:00:00.000Z'],
])('a write of the second %s is of %s', async ([seconds, time]) => {
  const { changes } = await synced([withPart({ ApproximateCreationDateTime: seconds })], {})
  expect(changes.map(({ changedAt }) => changedAt.toISOString())).toEqual([time])
})

test('a key of too many attributes is refused by the first three, however many come', () => {
  const keys = { sku: { S: 'A1' }, site: { S: 'x' }, shelf: { S: 'y' }, row: { S: 'z' } }
  expect(() => readKey(keys, ['sku'])).toThrow('Declare the item with key: ["sku", "site", "shelf"].')
})

test('an event of no records is done', async () => {
  expect((await synced([], {})).failed).toEqual([])
})
