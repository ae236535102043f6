import { fc, test } from '@fast-check/vitest'
import type { Change } from 'dynamodb-stream-sync'
import { sqsTarget } from 'dynamodb-stream-sync/targets/sqs'
import { expect } from 'vitest'
import { decodeDeadLetter, isBareLetter } from '../../src/core/dead-letter.ts'
import { type BatchAnswer, fakeSqs } from '../support/fake-sqs.ts'
import { anyImage } from '../support/letter-arbitraries.ts'
import { callContext, upsertOf } from '../support/stock-changes.ts'

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/lyon'

/** Changes of different items, some without a record, some larger than a small message. */
const anyChanges = fc
  .uniqueArray(
    fc.record({
      sku: fc.string({ unit: 'grapheme', minLength: 1 }),
      filler: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000 })),
      image: anyImage,
      recorded: fc.boolean(),
    }),
    { maxLength: 30, selector: ({ sku }) => sku },
  )
  .map((items) =>
    items.map(({ sku, filler, image, recorded }): Change<unknown> => {
      const change = upsertOf({ sku }, 1)
      if (!recorded) return change
      const NewImage = { ...image, filler: { S: '\uffff'.repeat(filler / 4) } }
      const dynamodb = { Keys: { sku: { S: sku } }, NewImage, OldImage: image, SequenceNumber: '1' }
      return { ...change, record: { eventName: 'MODIFY', dynamodb } }
    }),
  )

const bytesOf = (entry: {
  readonly MessageBody?: string | undefined
  readonly MessageAttributes?: object | undefined
}) =>
  Buffer.byteLength(entry.MessageBody ?? '') +
  Object.entries(entry.MessageAttributes ?? {})
    .map(([name, { DataType: type, StringValue: value }]: [string, Readonly<Record<string, string>>]) =>
      Buffer.byteLength(`${name}${type}${value}`),
    )
    .reduce((sum, size) => sum + size, 0)

test.prop([anyChanges, fc.boolean(), fc.constantFrom(2_048, 8_192, 1_048_576)])(
  'whatever is sent fits the queue, in batches that fit SQS, and tells each change by key and version',
  async (changes, fifo, maxMessageBytes) => {
    const client = fakeSqs()
    const url = fifo ? `${queueUrl}.fifo` : queueUrl
    const answers = await sqsTarget({ queueUrl: url, client, maxMessageBytes }).applyBatch(changes, callContext())
    expect(answers).toEqual(changes.map(() => 'applied'))
    for (const batch of client.batches) {
      expect(batch.length).toBeLessThanOrEqual(10)
      expect(batch.map(bytesOf).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(1_048_576)
      for (const entry of batch) expect(bytesOf(entry)).toBeLessThanOrEqual(maxMessageBytes)
    }
    const bodies = client.batches.flat().map(({ MessageBody: body }) => body!)
    for (const body of bodies) expect(body).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
    const letters = bodies.map((body) => decodeDeadLetter(body))
    expect(letters.map((letter) => letter.type === 'delivery' && [letter.key, letter.version])).toEqual(
      changes.map(({ key, version }) => [key, version]),
    )
    expect(letters.map(isBareLetter)).toEqual(changes.map(({ record }) => record === undefined))
  },
)

// P1: a change is answered `applied` only if SQS said so, whatever else it says.
test.prop([anyChanges, fc.infiniteStream(fc.constantFrom('yes', 'no', 'both', 'silent', 'throw', 'too long'))])(
  'P1 no change counts as applied that SQS did not take',
  async (changes, says) => {
    const taken = new Set<string>()
    const answer: BatchAnswer = (entries) => {
      const verdicts = entries.map((entry) => ({ entry, verdict: says.next().value as string }))
      if (verdicts[0]?.verdict === 'throw') throw new Error('connection reset')
      if (verdicts[0]?.verdict === 'too long') throw Object.assign(new Error(), { name: 'BatchRequestTooLong' })
      for (const { entry, verdict } of verdicts) if (verdict === 'yes') taken.add(entry.Id!)
      const told = (...wanted: string[]) =>
        verdicts.filter(({ verdict }) => wanted.includes(verdict)).map(({ entry }) => ({ Id: entry.Id }))
      return { Successful: told('yes', 'both').reverse(), Failed: told('no', 'both') }
    }
    const answers = await sqsTarget({ queueUrl, client: fakeSqs(answer) }).applyBatch(changes, callContext())
    expect(answers.map((one) => one === 'applied')).toEqual(changes.map((_, index) => taken.has(String(index))))
    expect(answers.every((one) => one === 'applied' || one instanceof Error)).toBe(true)
  },
)
