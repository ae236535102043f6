import { createStreamSyncHandler, type StreamRecord } from 'dynamodb-stream-sync'
import { memoryDlq, memoryMetrics, memoryTarget, streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { failedOf, insert, remove, sequence } from '../../support/sync-kit.ts'

const sound = () => streamRecord(insert('A1', 5, 1))

/** Records that are no change, each numbered 2. */
const poisonous: readonly (readonly [string, object])[] = [
  ['fails the schema', streamRecord({ newImage: { sku: 'B2', quantity: 'many' }, sequenceNumber: sequence(2) })],
  ['has no dynamodb part', { eventID: 'x', eventName: 'INSERT' }],
  ['has no keys', without('Keys')],
  ['has no sequence number', without('SequenceNumber')],
  ['has no new image, and there is no table', without('NewImage')],
  ['has a sequence number that is none', having({ SequenceNumber: '1e9' })],
  ['has an image that is no DynamoDB JSON', having({ NewImage: { sku: 'B2' } })],
  ['has an unknown view type', having({ StreamViewType: 'SOMETHING' })],
  ['has a creation time that is none', having({ ApproximateCreationDateTime: Number.NaN })],
  ['has an unknown event name', { ...sound(), eventName: 'TRUNCATE' }],
  ['names no stream', { ...sound(), eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:queue' }],
]

function having(facts: object): StreamRecord {
  const record = streamRecord(insert('B2', 1, 2))
  return { ...record, dynamodb: { ...record.dynamodb, ...facts } }
}
function without(name: string): StreamRecord {
  return having({ [name]: undefined })
}

test.each(poisonous)('P7 a record that %s is parked raw and blocks nobody', async (_, record) => {
  const [dlq, metrics, west] = [memoryDlq(), memoryMetrics(), memoryTarget()]
  const handler = createStreamSyncHandler({ targets: { west }, dlq, metrics })
  const response = await handler({ Records: [record, sound()] })
  expect(failedOf(response)).toEqual([])
  expect(dlq.letters()).toMatchObject([{ type: 'poison', code: 'RECORD_UNDECODABLE', attempts: 0 }])
  expect(dlq.letters()[0]!.record).toBe(record)
  expect(west.items()).toHaveLength(1)
  expect(metrics.total('Poison')).toBe(1)
})

test.each([null, 7, 'text', undefined])('P7 %s among the records is parked as it is', async (value) => {
  const [dlq, west] = [memoryDlq(), memoryTarget()]
  const handler = createStreamSyncHandler({ targets: { west }, dlq })
  expect(failedOf(await handler({ Records: [value as never, sound()] }))).toEqual([])
  expect(dlq.letters()).toMatchObject([{ type: 'poison', record: value }])
  expect(west.items()).toHaveLength(1)
})

test('P7 without a DLQ the record is reported, and the others are delivered', async () => {
  const west = memoryTarget()
  const handler = createStreamSyncHandler({ targets: { west } })
  const response = await handler({ Records: [sound(), having({ NewImage: { sku: 'B2' } })] })
  expect(failedOf(response)).toEqual([sequence(2)])
  expect(west.items()).toHaveLength(1)
})

test('P7 a filter that throws makes its record poison', async () => {
  const dlq = memoryDlq()
  const when = ({ quantity }: { quantity: number }): boolean => {
    if (quantity === 5) throw new Error('filter')
    return true
  }
  const west = { target: memoryTarget(), when }
  const handler = createStreamSyncHandler({ targets: { west }, dlq })
  expect(failedOf(await handler(streamEvent([insert('A1', 5, 1), insert('B2', 6, 2)])))).toEqual([])
  expect(dlq.letters()).toMatchObject([{ type: 'poison' }])
  expect(west.target.items()).toMatchObject([{ sku: 'B2' }])
})

test("P7 a removal is not validated, nor does an old image's fault matter", async () => {
  const [dlq, west] = [memoryDlq(), memoryTarget()]
  const event = streamEvent([
    { oldImage: { sku: 'A1', quantity: 'many' }, sequenceNumber: sequence(1) },
    { oldImage: { sku: 'B2', quantity: 'many' }, newImage: { sku: 'B2', quantity: 3 }, sequenceNumber: sequence(2) },
    remove('C3', 1, 3),
  ])
  const targets = { west: { target: west, when: () => true } } // a filter looks at old images
  expect(failedOf(await createStreamSyncHandler({ targets, dlq })(event))).toEqual([])
  expect(dlq.letters()).toEqual([])
  expect(west.changes().map(({ type }) => type)).toEqual(['removal', 'upsert', 'removal'])
})

test('P7 the letter tells what the schema found, the log does not', async () => {
  const lines: string[] = []
  const line = (...parts: unknown[]) => void lines.push(JSON.stringify(parts))
  const dlq = memoryDlq()
  const logger = { info: line, warn: line, error: line }
  const handler = createStreamSyncHandler({ targets: { west: memoryTarget() }, dlq, logger })
  await handler(streamEvent([{ newImage: { sku: 'B2', quantity: 'secret-7' }, sequenceNumber: sequence(2) }]))
  expect(dlq.letters()[0]!.reason).toContain('quantity')
  expect(lines.join('\n')).not.toContain('secret-7')
})

test('P7 an event that is no stream event fails as a whole', async () => {
  const handler = createStreamSyncHandler({ targets: { west: memoryTarget() }, dlq: memoryDlq() })
  await expect(handler({} as never)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' })
  await expect(handler(null as never)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' })
})

const bodies = ['a', 'b'].map((messageId) => ({ messageId, body: '{}', eventSource: 'aws:sqs' }))
test.each<readonly [string, unknown]>([
  ['a queue', { Records: bodies }],
  ['Kinesis', { Records: [{ eventID: 'shard:1', kinesis: { data: 'e30=', sequenceNumber: '1' } }] }],
  ['a pipe from a queue', bodies],
  ['nowhere', { Records: [null] }],
])('P1 an event of %s is refused as a whole: parking its records would drain its source', async (_, event) => {
  const dlq = memoryDlq()
  const handler = createStreamSyncHandler({ targets: { west: memoryTarget() }, dlq })
  await expect(handler(event as never)).rejects.toMatchObject({
    code: 'RECORD_UNDECODABLE',
    message: expect.stringMatching(
      /no record of it has a `dynamodb` part.*kinesisEvents.*createQueueSyncHandler/,
    ) as string,
  })
  expect(dlq.letters()).toEqual([])
})

test('P7 one record without its dynamodb part among good ones is poison, and says so', async () => {
  const [dlq, west] = [memoryDlq(), memoryTarget()]
  const handler = createStreamSyncHandler({ targets: { west }, dlq })
  expect(failedOf(await handler({ Records: [{ eventName: 'INSERT' }, sound()] }))).toEqual([])
  expect(dlq.letters()).toMatchObject([{ reason: expect.stringContaining('no `dynamodb` part') as string }])
  expect(west.items()).toHaveLength(1)
})
