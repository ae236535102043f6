import { expect, test } from 'vitest'
import { noBatch, type Settled } from '../../../src/runtime/pipeline.ts'
import { respond } from '../../../src/runtime/respond.ts'

test('what Lambda must deliver again is reported once each, in the order of the stream', () => {
  const identifiers = Array.from({ length: 13 }, (_, n) => `id-${n}`)
  const settled = {
    ...noBatch,
    identifiers,
    unresolved: [{ first: 12 }, { first: 3 }, { first: 12 }],
    poisonUnresolved: [{ position: 10 }, { position: 3 }],
    unread: [{ position: 1 }],
  } as unknown as Settled<never>
  expect(respond(settled, 'report')).toEqual({
    batchItemFailures: ['id-1', 'id-3', 'id-10', 'id-12'].map((itemIdentifier) => ({ itemIdentifier })),
  })
  expect(() => respond(settled, 'throw')).toThrow('4 of 13 records')
})
