import assert from 'node:assert/strict'
import { encodeDeadLetter, type DeadLetter } from '../core/dead-letter.ts'
import type { DlqSink } from '../ports/dlq.ts'
import type { Clause } from './clause.ts'
import { streamRecord } from './stream-record.ts'
import { callContext } from '../runtime/call-context.ts'

/** The sink under test, and how its letters are taken out again. */
export interface DlqContractOptions {
  readonly create: () => DlqSink | Promise<DlqSink>
  /** Takes out every letter that is parked. */
  readonly drain: () => Promise<readonly DeadLetter[]>
}

/** What every DLQ sink promises, as data for any test runner. */
export function dlqSinkContract({ create, drain }: DlqContractOptions): readonly Clause[] {
  const parks = (name: string, letters: readonly DeadLetter[]): Clause => ({
    name,
    check: async () => {
      await drain()
      const sink = await create()
      const answers = await sink.send(letters, callContext('dlq', 1, 30_000))
      assert.deepEqual(
        answers,
        letters.map(() => 'parked'),
        'one answer per letter',
      )
      assert.deepEqual(texts(await drain()), texts(letters), 'every letter comes out as it went in')
    },
  })
  return [
    parks('an empty list is answered with an empty list', []),
    parks('a letter comes out as it went in: every attribute type, numbers and binaries to the last digit', [rich]),
    parks('a poison letter comes out as it went in', [poison]),
    parks('25 letters are answered one by one, in order, and none is lost', numbered(25)),
    parks('a letter with an image of 300 KiB is parked', [big]),
    parks('control characters, unpaired surrogates and other refused characters survive', [odd]),
  ]
}

function texts(letters: readonly DeadLetter[]): readonly string[] {
  return letters.map(encodeDeadLetter).sort()
}

const facts = {
  code: 'TARGET_UNAVAILABLE',
  reason: '"berlin" did not answer within 5,000 ms.',
  attempts: 3,
  failedAt: new Date('2026-03-01T10:00:05.000Z'),
} as const

function letter(id: string, newImage: object): DeadLetter {
  const record = streamRecord({
    newImage: { sku: 'A1', quantity: 5, ...newImage },
    sequenceNumber: '100000000000000000001',
  })
  const version = '000000/2026-03-01T00:00:00.000/0000000000000000000100000000000000000001'
  return { ...facts, id, type: 'delivery', target: 'berlin', key: 'A1', version, change: 'upsert', record }
}

const rich = letter('rich', {
  exact: { value: '1.2345678901234567890123456789012345678' },
  large: 12345678901234567890123456789012345678n,
  bytes: new Uint8Array([0, 127, 128, 255]),
  texts: new Set(['a', 'ä', '😀']),
  numbers: new Set([1, 2.5]),
  nested: { list: [true, null, { deep: 'value' }] },
  ['__proto__']: 'data',
})
const poison: DeadLetter = {
  ...facts,
  id: 'poison',
  type: 'poison',
  code: 'RECORD_UNDECODABLE',
  record: { odd: [1, null] },
}
const big = letter('big', { blob: 'x'.repeat(300 * 1_024) })
const odd = letter('odd', { text: '\u0000\u0008\u000b\ufffe\uffff😀\u2028' })
const numbered = (count: number): readonly DeadLetter[] =>
  Array.from({ length: count }, (_, index) => letter(`letter-${String(index)}`, { index }))
