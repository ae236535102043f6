import { createStreamSyncHandler, isSyncError, type Change, type StreamRecord } from 'dynamodb-stream-sync'
import { sqsTarget, type SqsTargetOptions } from 'dynamodb-stream-sync/targets/sqs'
import { manualClock, streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { ownClient } from '../../../src/aws/sqs/client.ts'
import { decodeDeadLetter } from '../../../src/core/dead-letter.ts'
import { type BatchAnswer, fakeSqs, refusing, takesAll } from '../../support/fake-sqs.ts'
import { callContext, removalOf, upsertOf, versionOf } from '../../support/stock-changes.ts'
import { insert } from '../../support/sync-kit.ts'

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/lyon'
const at = new Date('2026-03-01T10:00:00Z')
const changes = (count: number) => Array.from({ length: count }, (_, n) => upsertOf({ sku: `A${n}` }, n + 1))

/** A change with the record behind it. */
function recorded(sku: string, record: StreamRecord = streamRecord(insert(sku, 5, 1))): Change<unknown> {
  return { ...upsertOf({ sku }, 1), record }
}

async function send(
  sent: readonly Change<unknown>[],
  options: Partial<SqsTargetOptions> & { readonly answer?: BatchAnswer } = {},
  signal?: AbortSignal,
) {
  const { answer, ...given } = options
  const client = fakeSqs(answer)
  const target = sqsTarget({ queueUrl, client, clock: manualClock(at), ...given })
  const answers = await target.applyBatch(sent, callContext(signal))
  const entries = client.batches.flat()
  return { answers, client, entries, letters: entries.map(({ MessageBody: body }) => decodeDeadLetter(body!)) }
}

const codes = (answers: readonly unknown[]) => answers.map((one) => (isSyncError(one) ? one.code : one))

describe('a change as a message', () => {
  test('is the letter of its delivery, with the record behind it', async () => {
    const change = recorded('A1')
    const { answers, letters } = await send([change])
    expect(answers).toEqual(['applied'])
    expect(letters).toEqual([
      {
        type: 'delivery',
        id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        target: 'lyon',
        key: 'A1',
        version: versionOf(1),
        change: 'upsert',
        code: 'TARGET_UNAVAILABLE',
        reason: 'It was not tried: it is queued for its warehouse.',
        attempts: 0,
        failedAt: at,
        record: change.record,
      },
    ])
  })

  test('without a record tells the keys, byte for byte, and when it happened', async () => {
    const bytes = Uint8Array.of(0, 255)
    const repair = { ...removalOf({ bin: bytes, n: 12n }, 3), changedAt: at }
    const { letters } = await send([repair, upsertOf({ sku: 'A1' }, 3)])
    expect(letters.map(({ record }) => record)).toEqual([
      { dynamodb: { Keys: { bin: { B: 'AP8=' }, n: { N: '12' } }, ApproximateCreationDateTime: at.getTime() / 1_000 } },
      { dynamodb: { Keys: { sku: { S: 'A1' } } } },
    ])
    expect(letters).toMatchObject([{ change: 'removal' }, { change: 'upsert' }])
  })

  test('has the same id at every redelivery, and another in a redrive', async () => {
    const change = recorded('A1')
    const { letters } = await send([change, change, { ...change, id: `${change.id}#again` }])
    expect(letters[1]!.id).toBe(letters[0]!.id)
    expect(letters[2]!.id).not.toBe(letters[0]!.id)
  })

  test('is named by the warehouse, as its attributes are, and by no key', async () => {
    const { entries } = await send([recorded('A1')])
    expect(entries[0]!.MessageAttributes).toMatchObject({
      target: { StringValue: 'lyon' },
      type: { StringValue: 'delivery' },
    })
    expect(JSON.stringify(entries[0]!.MessageAttributes)).not.toContain('A1')
  })

  test('that cannot be written holds nobody up', async () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const broken = recorded('A1', { eventName: 'INSERT', dynamodb: { Keys: {}, NewImage: circular } })
    const odd = { ...upsertOf({ sku: 'A2' }, 1), keyAttributes: { sku: new Date() as never } }
    const none = { id: 'x' } as never
    const { answers } = await send([broken, odd, none, recorded('A3')])
    expect(codes(answers)).toEqual(['TARGET_REJECTED', 'TARGET_REJECTED', 'TARGET_REJECTED', 'applied'])
  })

  test('goes to the warehouse by a sync as to any target', async () => {
    const client = fakeSqs()
    const handler = createStreamSyncHandler({ targets: { lyon: sqsTarget({ queueUrl, client }) } })
    const records = Array.from({ length: 25 }, (_, n) => insert(`sku-${n}`, n, n))
    expect(await handler(streamEvent(records))).toEqual({ batchItemFailures: [] })
    expect(client.batches.map((batch) => batch.length)).toEqual([10, 10, 5])
  })
})

describe('a message that is too large', () => {
  const image = (size: number) => ({ sku: { S: 'A1' }, text: { S: 'x'.repeat(size) } })
  const modified = (newSize: number, oldSize: number): StreamRecord => ({
    eventName: 'MODIFY',
    eventID: 'event-1',
    dynamodb: {
      Keys: { sku: { S: 'A1' } },
      NewImage: image(newSize),
      OldImage: image(oldSize),
      SequenceNumber: '111',
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  })
  const sentOf = async (record: StreamRecord, options = {}) => {
    const { answers, letters } = await send([recorded('A1', record)], { maxMessageBytes: 2_000, ...options })
    return { answer: answers[0], record: letters[0]?.record }
  }

  test('goes without its old image', async () => {
    const { answer, record } = await sentOf(modified(10, 3_000))
    const dynamodb = { ...modified(10, 0).dynamodb, StreamViewType: 'NEW_IMAGE', OldImageOmitted: true }
    Reflect.deleteProperty(dynamodb, 'OldImage')
    expect(answer).toBe('applied')
    expect(record).toEqual({ ...modified(10, 0), dynamodb })
  })

  test('goes without any image where that is not enough: the table knows', async () => {
    const { answer, record } = await sentOf(modified(3_000, 3_000))
    expect(answer).toBe('applied')
    expect(record).toEqual({
      eventName: 'MODIFY',
      eventID: 'event-1',
      dynamodb: {
        Keys: { sku: { S: 'A1' } },
        SequenceNumber: '111',
        StreamViewType: 'KEYS_ONLY',
        NewImageOmitted: true,
        OldImageOmitted: true,
      },
    })
  })

  test.for<readonly [string, StreamRecord, RegExp]>([
    ['of its own weight', { ...modified(1, 1), eventID: 'x'.repeat(3_000) }, /bytes as JSON even without its images/],
    [
      'with no image',
      { eventName: 'REMOVE', eventID: 'x'.repeat(3_000), dynamodb: {} },
      /and has no images to leave out/,
    ],
  ])('%s is rejected, with its size and the remedy', async ([, record, message]) => {
    const { answer } = await sentOf(record)
    expect(codes([answer])).toEqual(['TARGET_REJECTED'])
    expect((answer as Error).message).toMatch(message)
    expect((answer as Error).message).toMatch(/^The change has \d+ bytes.*room for \d+\. Raise the queue’s Max/)
  })

  test('is sent in halves where the queue takes less than SQS does', async () => {
    const tooLong = Object.assign(new Error('no'), { name: 'BatchRequestTooLong' })
    const answer: BatchAnswer = (entries) => {
      if (entries.length > 3 || entries.some(({ MessageBody: body }) => body?.includes('A7'))) throw tooLong
      return takesAll(entries)
    }
    const { answers, client } = await send(changes(10), { answer })
    expect(codes(answers)).toEqual(changes(10).map(({ key }) => (key === 'A7' ? 'TARGET_REJECTED' : 'applied')))
    expect((answers[7] as Error).message).toBe(
      'SQS finds the change too long. Raise the queue’s MaximumMessageSize, and maxMessageBytes with it.',
    )
    expect(client.batches.map((batch) => batch.length)).toEqual([10, 5, 3, 2, 5, 3, 2, 1, 2])
  })
})

describe('answers', () => {
  test('name each change that was refused, in order and across batches', async () => {
    const { answers } = await send(changes(12), { answer: refusing('"A3"', 'InvalidMessageContents', true) })
    expect(codes(answers)).toEqual(changes(12).map(({ key }) => (key === 'A3' ? 'TARGET_REJECTED' : 'applied')))
  })

  test.for<readonly [string, BatchAnswer, RegExp]>([
    [
      'throttling of the call',
      () => Promise.reject(named('RequestThrottled')),
      /did not take the change \(RequestThrottled\)/,
    ],
    ['throttling of single messages', refusing('', 'RequestThrottled', true), /It may pass/],
    ['a key of KMS that may not be used', refusing('', 'KmsAccessDenied', true), /failed to take the change/],
    ['a fault of the service', refusing('', 'InternalError', false), /failed to take the change/],
    ['a missing queue', () => Promise.reject(named('QueueDoesNotExist')), /Check queueUrl, its account and region/],
    ['a missing permission', () => Promise.reject(named('AccessDeniedException')), /Allow sqs:SendMessage/],
    ['nothing', () => undefined, /without a word on this change/],
    ['the answer of another batch', () => ({ Successful: [{ Id: '77' }] }), /without a word/],
  ])('%s leaves every change for another try', async ([, answer, message]) => {
    const { answers } = await send(changes(2), { answer })
    expect(codes(answers)).toEqual(['TARGET_UNAVAILABLE', 'TARGET_UNAVAILABLE'])
    for (const one of answers) expect((one as Error).message).toMatch(message)
  })

  test('of fewer messages than were sent leave the others for another try', async () => {
    const answer: BatchAnswer = (entries) => takesAll(entries.slice(0, 1))
    expect(codes((await send(changes(3), { answer })).answers)).toEqual([
      'applied',
      'TARGET_UNAVAILABLE',
      'TARGET_UNAVAILABLE',
    ])
  })

  test('nothing is sent once the time is up, and the signal goes along before', async () => {
    const stop = new AbortController()
    expect((await send(changes(1), {}, stop.signal)).client.signals).toEqual([stop.signal])
    stop.abort()
    const { answers, client } = await send(changes(1), {}, stop.signal)
    expect([codes(answers), client.batches]).toEqual([['TARGET_UNAVAILABLE'], []])
  })

  test('no changes need no call', async () => {
    const { answers, client } = await send([])
    expect([answers, client.batches]).toEqual([[], []])
  })
})

describe('a FIFO queue', () => {
  const fifo = { queueUrl: `${queueUrl}.fifo`, fifo: true }

  test('groups messages by item and deduplicates them by Change.id', async () => {
    const [a, b] = [recorded('A1'), recorded('A 1/#?€')]
    const { entries } = await send([a, { ...a, id: 'redriven' }, b, a], fifo)
    const groups = entries.map(({ MessageGroupId: group }) => group)
    const tokens = entries.map(({ MessageDeduplicationId: token }) => token)
    expect(groups[1]).toBe(groups[0])
    expect(groups[2]).not.toBe(groups[0])
    expect([tokens[3], new Set(tokens).size]).toEqual([tokens[0], 3])
    for (const id of [...groups, ...tokens]) expect(id).toMatch(/^[0-9a-f]{64}$/)
  })

  test('of another warehouse has other groups, though both share a queue', async () => {
    const client = fakeSqs()
    const target = sqsTarget({ ...fifo, client })
    for (const name of ['lyon', 'porto']) await target.applyBatch([recorded('A1')], { ...callContext(), target: name })
    expect(new Set(client.batches.flat().map(({ MessageGroupId: group }) => group)).size).toBe(2)
  })

  test('is none without the ending', async () => {
    expect((await send([recorded('A1')])).entries[0]).not.toHaveProperty('MessageGroupId')
  })
})

test('it takes ten changes a call, and is guarded on your word only', () => {
  expect(sqsTarget({ queueUrl, client: fakeSqs() })).toMatchObject({ guarded: false, batchSize: 10 })
  expect(sqsTarget({ queueUrl, client: fakeSqs(), guarded: true }).guarded).toBe(true)
})

test.for<readonly [string, string | undefined, string]>([
  [queueUrl, undefined, 'eu-west-1'],
  [queueUrl, 'eu-west-2', 'eu-west-2'],
  ['https://queue.example/1/lyon', 'eu-west-3', 'eu-west-3'],
  ['https://sqs.eu-west-3.api.aws/123456789012/lyon', undefined, 'eu-west-3'],
])('its own client for %s with region %s signs for %s', async ([url, region, expected]) => {
  const client = ownClient(new URL(url), region)
  expect(await client.config.region()).toBe(expected)
})

describe('options that cannot work are refused at construction', () => {
  test.for<readonly [string, unknown, RegExp]>([
    ['no options', undefined, /^sqsTarget: undefined cannot be used as options\. Give at least \{ queueUrl \}/],
    ['no URL', {}, /^queueUrl: undefined is no http or https URL/],
    ['a name', { queueUrl: 'lyon' }, /^queueUrl: "lyon" is no http/],
    ['credentials', { queueUrl: 'https://me:secret@host/q' }, /^queueUrl: the URL carries credentials(?!.*secret)/],
    ['FIFO without the suffix', { queueUrl, fifo: true }, /^queueUrl: ".*lyon" does not end in \.fifo.*give its URL/],
    [
      'a FIFO URL that is to be none',
      { queueUrl: `${queueUrl}.fifo`, fifo: false },
      /^fifo: is false, and queueUrl ends/,
    ],
    ['a FIFO that is neither', { queueUrl, fifo: 'yes' }, /^fifo: "yes" is neither true nor false/],
    ['a client that cannot send', { queueUrl, client: {} }, /^client: has no method send/],
    ['a region that is none', { queueUrl, region: 'Europe!' }, /^region: "Europe!" is no region/],
    ['a word that is none', { queueUrl, guarded: 1 }, /^guarded: 1 is neither true nor false/],
    ['a size past 1 MiB', { queueUrl, maxMessageBytes: 1_048_577 }, /^maxMessageBytes: 1048577 is no whole number/],
    ['a clock that is none', { queueUrl, clock: {} }, /^clock: /],
    [
      'an option that there is not',
      { queueUrl, queueURL: 'x' },
      /^queueURL: is no option of sqsTarget\. Known are queueUrl/,
    ],
  ])('%s', ([, options, message]) => {
    let thrown: unknown
    try {
      sqsTarget(options as SqsTargetOptions)
    } catch (error) {
      thrown = error
    }
    expect(isSyncError(thrown, 'CONFIG_INVALID')).toBe(true)
    expect((thrown as Error).message).toMatch(message)
  })
})

function named(name: string): Error {
  return Object.assign(new Error('secret'), { name })
}
