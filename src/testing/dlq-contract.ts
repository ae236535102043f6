import assert from 'node:assert/strict'
import { canonicalText } from '../core/canonical.ts'
import type { DeadLetter } from '../core/dead-letter.ts'
import type { DlqSink } from '../ports/dlq.ts'
import type { Clause } from './clause.ts'
import { deliveryLetter, hostileRecord, poisonLetter, recordOf } from './letters.ts'

/** A sink's maker, and the way back. */
export interface DlqContractOptions {
  readonly create: () => DlqSink | Promise<DlqSink>
  /** All letters that the sink's queue holds now. They may be taken out or left there; those of earlier clauses do no harm. */
  readonly drain: () => Promise<readonly DeadLetter[]>
}

/**
 * What a dead-letter sink promises, as clauses for any test runner: what it answered as parked comes back whole.
 *
 * @example
 * for (const { name, check } of dlqSinkContract({ create: () => sink, drain })) test(name, check)
 */
export function dlqSinkContract({ create, drain }: DlqContractOptions): readonly Clause[] {
  const clause = (name: string, letters: () => readonly DeadLetter[]): Clause => ({
    name,
    check: async () => parkAndDrain(await create(), drain, letters()),
  })
  return [
    clause('a letter comes back as it was parked', () => [deliveryLetter()]),
    clause('a poison letter comes back as it was parked', () => [poisonLetter({ not: ['a', { record: null }] })]),
    clause('every attribute type comes back exactly', () => [deliveryLetter({ record: recordOf(everyType) })]),
    clause('whatever characters a letter holds, they come back', () => [
      deliveryLetter({
        key: hostileText,
        target: 'berlin “ß” \u{1f600}',
        reason: hostileText,
        record: hostileRecord(hostileText),
      }),
      poisonLetter({ [hostileText]: hostileText }),
    ]),
    clause('an attribute named __proto__ comes back as data', () => [
      deliveryLetter({ record: recordOf({ ['__proto__']: { S: 'data' }, map: { M: { ['__proto__']: { N: '1' } } } }) }),
    ]),
    clause('removals, tries that were none and repaired versions come back', () => [
      deliveryLetter({ change: 'removal', attempts: 0, code: 'TARGET_REJECTED', version: '-~000001' }),
      deliveryLetter({ code: 'DEADLINE_EXCEEDED', failedAt: new Date('2026-03-01T10:00:00.007Z') }),
    ]),
    clause('25 letters are answered one by one, and all parked', () =>
      Array.from({ length: 25 }, (_, index) =>
        index % 5 === 4 ? poisonLetter({ index }) : deliveryLetter({ attempts: index }),
      ),
    ),
    clause('a letter with an image of 300 KiB comes back whole, next to small ones', () => [
      deliveryLetter(),
      deliveryLetter({ record: recordOf({ photo: { B: Buffer.alloc(300 * 1024, 'photo').toString('base64') } }) }),
      deliveryLetter(),
    ]),
    { name: 'no letters are answered with an empty list', check: async () => parkAndDrain(await create(), drain, []) },
    { name: 'a letter that is sent twice is there afterwards', check: async () => sentTwice(await create(), drain) },
  ]
}

/**
 * Characters that queues refuse, halves of pairs, and an escape's own marks.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const hostileText = '\u0000\u0007\u001f\u007f\ufffe\uffff\u{1f600}\ud800 \udfff &<>"\'\\u0000 %00 \u2028\r\n\t'

const everyType = {
  text: { S: '' },
  number: { N: '-1.2345678901234567890123456789012345678E-100' },
  digits: { N: '99999999999999999999999999999999999999' },
  binary: { B: 'AP8Q/+8=' },
  nothing: { NULL: true },
  no: { BOOL: false },
  texts: { SS: ['b', 'a', ''] },
  numbers: { NS: ['1', '0.1', '12345678901234567890123456789012345678'] },
  binaries: { BS: ['AA==', '//8='] },
  list: { L: [{ M: { deep: { L: [] } } }, { N: '0' }] },
  map: { M: {} },
}

async function parkAndDrain(
  sink: DlqSink,
  drain: DlqContractOptions['drain'],
  letters: readonly DeadLetter[],
): Promise<void> {
  const answers = await send(sink, letters)
  assert.deepEqual(
    answers.map((answer) => (answer instanceof Error ? answer.message : answer)),
    letters.map(() => 'parked'),
    'each letter is answered with parked, in order',
  )
  const drained = await drain()
  for (const letter of letters) assertBack(letter, drained)
}

function assertBack(letter: DeadLetter, drained: readonly DeadLetter[]): void {
  const back = drained.find(({ id }) => id === letter.id)
  assert.ok(back, 'a letter that was answered with parked is there')
  const fields = new Set(Object.keys({ ...letter, ...back })) as Set<keyof DeadLetter> // they are those of letters
  const bent = [...fields].filter((field) => canonicalText(letter[field]) !== canonicalText(back[field]))
  assert.deepEqual(bent, [], 'these fields of a parked letter come back changed')
}

/** Twice in one call, and once more: a queue may hold it as often as it was sent, or once, but never not. */
async function sentTwice(sink: DlqSink, drain: DlqContractOptions['drain']): Promise<void> {
  const [letter, other] = [deliveryLetter(), deliveryLetter()]
  const answers = [...(await send(sink, [letter, letter, other])), ...(await send(sink, [letter]))]
  assert.ok(answers.includes('parked'), 'a letter that is sent twice is parked')
  const drained = await drain()
  assertBack(letter, drained)
  assertBack(other, drained)
}

async function send(sink: DlqSink, letters: readonly DeadLetter[]): Promise<readonly ('parked' | Error)[]> {
  const signal = new AbortController().signal
  const answers = await sink.send(letters, { target: 'dlq', signal, attempt: 1, timeoutMs: 30_000 })
  assert.equal(answers.length, letters.length, 'there are as many answers as letters')
  return answers
}
