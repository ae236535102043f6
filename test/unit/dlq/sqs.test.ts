import { describe, expect, test } from 'vitest'
import { type DeadLetter, decodeDeadLetter } from '../../../src/core/dead-letter.ts'
import { sqsDlq, type SqsDlqOptions } from '../../../src/dlq/sqs.ts'
import { isSyncError } from '../../../src/errors.ts'
import { deliveryLetter, poisonLetter, sinkContext } from '../../support/dead-letters.ts'
import { type BatchAnswer, fakeSqs, refusing, takesAll } from '../../support/fake-sqs.ts'

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/parked'
const mebibyte = 1_048_576

function letters(count: number): readonly DeadLetter[] {
  return Array.from({ length: count }, (_, index) => deliveryLetter({ id: `letter-${index}`, key: `sku-${index}` }))
}

/** A letter whose message has exactly so many bytes, attributes included. */
async function letterOf(bytes: number, facts: { readonly id?: string; readonly filler?: string } = {}) {
  const { filler = 'x', ...given } = facts
  const client = fakeSqs()
  const letterWith = (size: number) => deliveryLetter({ ...given, reason: filler.repeat(size) })
  await sqsDlq({ queueUrl, client }).send([letterWith(0)], sinkContext())
  return letterWith(bytes - messageBytes(client.batches[0]![0]!))
}

/** A message's size as SQS counts it. */
function messageBytes(entry: Entry): number {
  const { MessageBody: body = '', MessageAttributes: attributes = {} } = entry
  const named = Object.entries(attributes).map(
    ([name, { DataType: type = '', StringValue: value = '' }]) => name + type + value,
  )
  return Buffer.byteLength(body + named.join(''))
}
type Entry = ReturnType<typeof fakeSqs>['batches'][number][number]

async function sendAll(
  sent: readonly DeadLetter[],
  options: Partial<SqsDlqOptions> & { readonly answer?: BatchAnswer } = {},
) {
  const { answer, ...given } = options
  const client = fakeSqs(answer)
  const answers = await sqsDlq({ queueUrl, client, ...given }).send(sent, sinkContext())
  return { answers, client, entries: client.batches.flat(), sizes: client.batches.map((batch) => batch.length) }
}

describe('a letter as a message', () => {
  test('is its JSON, with type, target and code to filter by, and no key', async () => {
    const { entries, answers } = await sendAll([deliveryLetter(), poisonLetter()])
    expect(entries.map((entry) => decodeDeadLetter(entry.MessageBody!))).toEqual([deliveryLetter(), poisonLetter()])
    expect(entries.map((entry) => entry.MessageAttributes)).toEqual([
      {
        type: { DataType: 'String', StringValue: 'delivery' },
        code: { DataType: 'String', StringValue: 'TARGET_UNAVAILABLE' },
        target: { DataType: 'String', StringValue: 'berlin' },
      },
      {
        type: { DataType: 'String', StringValue: 'poison' },
        code: { DataType: 'String', StringValue: 'RECORD_UNDECODABLE' },
      },
    ])
    expect(answers).toEqual(['parked', 'parked'])
  })

  test('escapes what SQS refuses, and is the same after parsing', async () => {
    const hostile = '\u0000\u0008\ufffe\uffff\ud83d\ude00\ud800'
    const { entries } = await sendAll([deliveryLetter({ reason: hostile, target: `t${hostile}` })])
    expect(entries[0]!.MessageBody).toMatch(/^[\x20-\ud7ff\ue000-\ufffd]*$/)
    expect(decodeDeadLetter(entries[0]!.MessageBody!).reason).toBe(hostile)
    expect(entries[0]!.MessageAttributes!['target']!.StringValue).toBe('t\ufffd\ufffd\ufffd\ufffd\u{1f600}\ufffd')
  })

  test('that is no JSON value is refused, and holds nobody up', async () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const { answers } = await sendAll([poisonLetter({ record: circular }), deliveryLetter()])
    expect(answers).toEqual([expect.any(Error), 'parked'])
    expect(isSyncError(answers[0], 'TARGET_REJECTED')).toBe(true)
  })
})

describe('batches', () => {
  test.for<readonly [number, readonly number[]]>([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('%i letters make batches of %j', async ([count, expected]) => {
    const { sizes, answers } = await sendAll(letters(count))
    expect(sizes).toEqual(expected)
    expect(answers).toEqual(Array.from({ length: count }, () => 'parked'))
  })

  test('hold exactly 1 MiB, attributes counted, and not a byte more', async () => {
    const half = await letterOf(mebibyte / 2)
    const full = await sendAll([half, half])
    expect(full.sizes).toEqual([2])
    expect(full.entries.map(messageBytes)).toEqual([mebibyte / 2, mebibyte / 2])
    expect((await sendAll([half, await letterOf(mebibyte / 2 + 1)])).sizes).toEqual([1, 1])
  })

  test('count escaped and many-byte characters by what they become', async () => {
    const escaped = deliveryLetter({ reason: '\uffff'.repeat(90_000) }) // 6 bytes each
    const wide = deliveryLetter({ reason: '€'.repeat(180_000) }) // 3 bytes each
    expect((await sendAll([escaped, escaped])).sizes).toEqual([1, 1])
    expect((await sendAll([wide, wide])).sizes).toEqual([1, 1])
  })

  test('are sent a few at a time, across calls too', async () => {
    const client = fakeSqs()
    const sink = sqsDlq({ queueUrl, client, concurrency: 2 })
    await Promise.all([sink.send(letters(40), sinkContext()), sink.send(letters(40), sinkContext())])
    expect(client.batches).toHaveLength(8)
    expect(client.mostInFlight()).toBe(2)
  })

  test('carry the signal of the call', async () => {
    const client = fakeSqs()
    const context = sinkContext()
    await sqsDlq({ queueUrl, client }).send(letters(1), context)
    expect(client.signals).toEqual([context.signal])
  })

  test('are not sent once the time is up', async () => {
    const client = fakeSqs()
    const answers = await sqsDlq({ queueUrl, client }).send(letters(2), sinkContext(AbortSignal.abort()))
    expect(client.batches).toEqual([])
    expect(answers.map((answer) => isSyncError(answer, 'TARGET_UNAVAILABLE'))).toEqual([true, true])
  })
})

describe('a letter larger than a message', () => {
  const image = (bytes: number) => ({ sku: { S: 'a' }, photo: { B: Buffer.alloc(bytes, 7).toString('base64') } })
  const large = deliveryLetter({
    record: {
      eventName: 'MODIFY',
      dynamodb: {
        Keys: { sku: { S: 'a' } },
        NewImage: image(390 * 1024),
        OldImage: image(390 * 1024),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    },
  })

  test('goes without its old image, and says so', async () => {
    const { answers, entries } = await sendAll([large])
    expect(answers).toEqual(['parked'])
    expect(decodeDeadLetter(entries[0]!.MessageBody!)).toEqual({
      ...large,
      record: {
        eventName: 'MODIFY',
        dynamodb: {
          Keys: { sku: { S: 'a' } },
          NewImage: image(390 * 1024),
          StreamViewType: 'NEW_IMAGE',
          OldImageOmitted: true,
        },
      },
    })
  })

  test('keeps its old image up to the last byte', async () => {
    const fitting = await sendAll([await letterOf(mebibyte)])
    expect(fitting.entries.map(messageBytes)).toEqual([mebibyte])
    expect(fitting.entries[0]!.MessageBody).toContain('"OldImage":')
    const over = await sendAll([await letterOf(mebibyte + 1)])
    expect(over.entries[0]!.MessageBody).not.toContain('"OldImage":')
  })

  test('is refused with its size and the remedy when that is not enough', async () => {
    const { answers, entries } = await sendAll([deliveryLetter({ reason: 'x'.repeat(mebibyte) }), deliveryLetter()])
    expect(entries).toHaveLength(1)
    expect(answers[1]).toBe('parked')
    expect(isSyncError(answers[0], 'TARGET_REJECTED')).toBe(true)
    expect((answers[0] as Error).message).toMatch(
      /has 104\d{4} bytes as JSON even without its old image.* DLQ sink of its own/,
    )
  })

  test('is judged by the size that the queue has', async () => {
    const record = { dynamodb: { Keys: {}, OldImage: { a: { S: 'x'.repeat(2_000) } }, StreamViewType: 'OLD_IMAGE' } }
    const { entries } = await sendAll([deliveryLetter({ change: 'removal', record })], { maxMessageBytes: 2_000 })
    expect(decodeDeadLetter(entries[0]!.MessageBody!).record).toEqual({
      dynamodb: { Keys: {}, StreamViewType: 'KEYS_ONLY', OldImageOmitted: true },
    })
  })

  test('loses no old image that is all a poison record says', async () => {
    const old = { dynamodb: { Keys: {}, OldImage: { a: { S: 'x'.repeat(2_000) } } } }
    const both = { dynamodb: { ...old.dynamodb, NewImage: { a: { S: 'y' } } } }
    const { answers, entries } = await sendAll(
      [poisonLetter({ record: old }), poisonLetter({ record: both }), poisonLetter({ record: 'x'.repeat(2_000) })],
      { maxMessageBytes: 2_000 },
    )
    expect(answers).toEqual([expect.any(Error), 'parked', expect.any(Error)])
    expect(decodeDeadLetter(entries[0]!.MessageBody!).record).toEqual({
      dynamodb: { Keys: {}, NewImage: { a: { S: 'y' } }, OldImageOmitted: true },
    })
  })
})

describe('answers', () => {
  const codes = (answers: readonly ('parked' | Error)[]) =>
    answers.map((answer) => (answer === 'parked' ? answer : isSyncError(answer) ? answer.code : 'other'))

  test('name each letter that a batch refused, in order and across batches', async () => {
    const sent = letters(12).map((letter, index) => (index % 5 === 1 ? { ...letter, reason: 'BAD' } : letter))
    const { answers } = await sendAll(sent, { answer: refusing('BAD', 'InvalidMessageContents', true) })
    const expected = sent.map(({ reason }) => (reason === 'BAD' ? 'TARGET_REJECTED' : 'parked'))
    expect(codes(answers)).toEqual(expected)
    expect((answers[1] as Error).message).toContain('InvalidMessageContents')
  })

  test.for<readonly [string, BatchAnswer]>([
    ['a fault of the service', refusing('', 'InternalError', false)],
    ['throttling of single letters', refusing('', 'RequestThrottled', true)],
    ['no lists', () => ({})],
    ['nothing', () => undefined],
    ['a text', () => 'ok'],
    ['lists that are none', () => ({ Successful: 'all', Failed: 7 })],
    ['other ids', () => ({ Successful: [{ Id: '77' }, null] })],
  ])('%s leave every letter for another try', async ([, answer]) => {
    const { answers } = await sendAll(letters(2), { answer })
    expect(codes(answers)).toEqual(['TARGET_UNAVAILABLE', 'TARGET_UNAVAILABLE'])
  })

  test('leave a letter that is not named for another try', async () => {
    const answer: BatchAnswer = (entries) => takesAll(entries.filter(({ Id: id }) => id !== '1'))
    expect(codes((await sendAll(letters(3), { answer })).answers)).toEqual(['parked', 'TARGET_UNAVAILABLE', 'parked'])
  })

  test('believe the failure where a letter is named twice', async () => {
    const answer: BatchAnswer = () => ({
      Successful: [{ Id: '0' }],
      Failed: [{ Id: '0', Code: 'X', SenderFault: false }],
    })
    expect(codes((await sendAll(letters(1), { answer })).answers)).toEqual(['TARGET_UNAVAILABLE'])
  })

  test('tell what is thrown for one batch to its letters only', async () => {
    const answer: BatchAnswer = (entries) => {
      if (entries[0]?.Id === '0') throw Object.assign(new Error('secret'), { name: 'AccessDeniedException' })
      return takesAll(entries)
    }
    const { answers } = await sendAll(letters(11), { answer })
    expect(codes(answers)).toEqual([...Array.from({ length: 10 }, () => 'TARGET_UNAVAILABLE'), 'parked'])
    expect((answers[0] as Error).message).toBe(
      'SQS did not take the dead letter (AccessDeniedException). Allow sqs:SendMessage on the queue, and ' +
        'kms:GenerateDataKey where it is encrypted with a key of yours.',
    )
  })
})

describe('a FIFO queue', () => {
  const fifo = { queueUrl: `${queueUrl}.fifo` }
  const ids = async (sent: readonly DeadLetter[]) =>
    (await sendAll(sent, fifo)).entries.map((entry) => [entry.MessageGroupId, entry.MessageDeduplicationId] as const)

  test('groups letters by target and key, and deduplicates by the letter', async () => {
    const of = (target: string, key: string, id: string) => deliveryLetter({ target, key, id })
    const sent = [of('a', 'k', '1'), of('a', 'k', '2'), of('b', 'k', '3'), of('a', 'l', '4'), of('ak', '', '1')]
    const found = await ids(sent)
    const [groups, tokens] = [found.map(([group]) => group), found.map(([, token]) => token)]
    expect(groups[0]).toBe(groups[1])
    expect(new Set(groups).size).toBe(4)
    expect(tokens[0]).toBe(tokens[4])
    expect(new Set(tokens).size).toBe(4)
    for (const id of found.flat()) expect(id).toMatch(/^[0-9a-f]{64}$/)
  })

  test('gives each poison letter a group of its own', async () => {
    const found = await ids([poisonLetter({ id: 'a' }), poisonLetter({ id: 'b' })])
    expect(found[0]![0]).not.toBe(found[1]![0])
  })

  test('gets one batch after the other', async () => {
    const { client } = await sendAll(letters(50), { ...fifo, concurrency: 5 })
    expect(client.mostInFlight()).toBe(1)
  })

  test('is none without the ending', async () => {
    const { entries } = await sendAll(letters(1))
    expect(entries[0]).not.toHaveProperty('MessageGroupId')
  })
})

describe('options that cannot work are refused at construction', () => {
  test.for<readonly [string, unknown, RegExp]>([
    ['no options', undefined, /^sqsDlq: undefined are no options/],
    ['no URL', {}, /^queueUrl: undefined is no http or https URL\. Give the URL/],
    [
      'an ARN',
      { queueUrl: 'arn:aws:sqs:eu-west-1:1:parked' },
      /^queueUrl: "arn:aws:sqs:eu-west-1:1:parked" is no http/,
    ],
    ['a name', { queueUrl: 'parked' }, /^queueUrl: "parked" is no http/],
    ['a host alone', { queueUrl: 'https://sqs.eu-west-1.amazonaws.com' }, /^queueUrl: .* names no queue/],
    ['a URL object', { queueUrl: new URL(queueUrl) }, /^queueUrl: a object is no http/],
    ['credentials', { queueUrl: 'https://me:secret@host/q' }, /^queueUrl: the URL carries credentials(?!.*secret)/],
    ['credentials elsewhere', { queueUrl: 'ftp://me:secret@host/q' }, /^queueUrl: (?!.*secret).*is no http/],
    ['a client that cannot send', { queueUrl, client: {} }, /^client: has no method send/],
    ['no concurrency', { queueUrl, concurrency: 0 }, /^concurrency: 0 is no whole number from 1 to 100/],
    ['half a concurrency', { queueUrl, concurrency: 1.5 }, /^concurrency: 1.5 is no/],
    ['a size past 1 MiB', { queueUrl, maxMessageBytes: mebibyte + 1 }, /^maxMessageBytes: 1048577 is no whole number/],
    ['a size as text', { queueUrl, maxMessageBytes: '2000' }, /^maxMessageBytes: "2000" is no whole number/],
  ])('%s', ([, options, message]) => {
    let thrown: unknown
    try {
      sqsDlq(options as SqsDlqOptions)
    } catch (error) {
      thrown = error
    }
    expect(isSyncError(thrown, 'CONFIG_INVALID')).toBe(true)
    expect((thrown as Error).message).toMatch(message)
  })
})
