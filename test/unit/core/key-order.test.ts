import { expect, test } from 'vitest'
import { compareKeys, isBefore } from '../../../src/core/key-order.ts'

test('keys are ordered by their UTF-8 bytes, next to the surrogates too', () => {
  const keys = ['', 'a', 'aa', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}']
  const bytes = (one: string, other: string) => Math.sign(Buffer.compare(Buffer.from(one), Buffer.from(other)))
  for (const one of keys)
    for (const other of keys)
      expect([one, other, Math.sign(compareKeys(one, other)), isBefore(one, other)]).toEqual([
        ...[one, other, bytes(one, other)],
        bytes(one, other) < 0,
      ])
})
