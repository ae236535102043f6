import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { packed } from '../../src/aws/pack.ts'
import { decodeDeadLetter, encodeDeadLetter } from '../../src/core/dead-letter.ts'
import { sqsDlq } from '../../src/dlq/sqs.ts'
import { sinkContext } from '../support/dead-letters.ts'
import { type BatchAnswer, fakeSqs } from '../support/fake-sqs.ts'
import { anyLetter } from '../support/letter-arbitraries.ts'

const mebibyte = 1_048_576
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/parked'

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: mebibyte }), fc.integer({ min: 1, max: 200_000 })))

test.prop([sizes])('packing keeps the limits, the order and every letter, and opens no batch too early', (bytes) => {
  const entries = bytes.map((size, index) => ({ bytes: size, index }))
  const batches = packed(entries, { entries: 10, bytes: mebibyte })
  expect(batches.flat()).toEqual(entries)
  const total = (batch: readonly { readonly bytes: number }[]) => batch.reduce((sum, entry) => sum + entry.bytes, 0)
  for (const [index, batch] of batches.entries()) {
    expect(batch.length).toBeGreaterThan(0)
    expect(batch.length).toBeLessThanOrEqual(10)
    expect(total(batch)).toBeLessThanOrEqual(mebibyte)
    const next = batches[index + 1]?.[0]
    if (next) expect(batch.length === 10 || total(batch) + next.bytes > mebibyte).toBe(true)
  }
})

test.prop([fc.array(anyLetter, { maxLength: 30 }), fc.boolean()])(
  'P8 whatever is sent is legal for SQS and comes back whole',
  async (letters, fifo) => {
    const client = fakeSqs()
    const answers = await sqsDlq({ queueUrl: fifo ? `${queueUrl}.fifo` : queueUrl, client }).send(
      letters,
      sinkContext(),
    )
    expect(answers).toEqual(letters.map(() => 'parked'))
    const bodies = client.batches.flat().map((entry) => entry.MessageBody!)
    for (const body of bodies) expect(body).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
    expect(bodies.map((body) => decodeDeadLetter(body))).toEqual(letters)
    expect(bodies.map((body) => encodeDeadLetter(decodeDeadLetter(body)))).toEqual(letters.map(encodeDeadLetter))
  },
)

// P1: a letter is answered `parked` only if SQS said so, whatever else it says.
test.prop([
  fc.array(anyLetter, { maxLength: 30 }),
  fc.infiniteStream(fc.constantFrom('yes', 'no', 'both', 'silent', 'throw')),
])('P1 no letter counts as parked that SQS did not take', async (letters, says) => {
  const taken = new Set<string>()
  const answer: BatchAnswer = (entries) => {
    const verdicts = entries.map((entry) => ({ entry, verdict: says.next().value as string }))
    if (verdicts[0]?.verdict === 'throw') throw new Error('connection reset')
    for (const { entry, verdict } of verdicts) if (verdict === 'yes') taken.add(entry.Id!)
    const named = (...wanted: string[]) =>
      verdicts.filter(({ verdict }) => wanted.includes(verdict)).map(({ entry }) => ({ Id: entry.Id }))
    return { Successful: named('yes', 'both').reverse(), Failed: named('no', 'both') }
  }
  const answers = await sqsDlq({ queueUrl, client: fakeSqs(answer) }).send(letters, sinkContext())
  expect(answers.map((one) => one === 'parked')).toEqual(letters.map((_, index) => taken.has(String(index))))
  expect(answers.every((one) => one === 'parked' || one instanceof Error)).toBe(true)
})
