import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { decodeImage } from '../../src/core/attribute-value.ts'
import { type DeadLetter, decodeDeadLetter, encodeDeadLetter } from '../../src/core/dead-letter.ts'
import type { StreamRecord } from '../../src/core/stream-record.ts'
import { isSyncError } from '../../src/errors.ts'
import { deliveryLetter } from '../support/dead-letters.ts'
import { anyLetter, anyText } from '../support/letter-arbitraries.ts'

// P8: what is parked comes back byte for byte.
test.prop([anyLetter])('P8 any letter comes back whole from its text', (letter) => {
  const back = decodeDeadLetter(encodeDeadLetter(letter))
  expect(back).toEqual(letter)
  expect(encodeDeadLetter(back)).toBe(encodeDeadLetter(letter)) // toEqual overlooks attributes named __proto__
})

test.prop([fc.uint8Array(), fc.array(fc.uint8Array(), { minLength: 1 }), fc.boolean()])(
  'P8 bytes come back as they were, also where a record holds them as bytes',
  (photo, parts, buffers) => {
    const given = (bytes: Uint8Array) => (buffers ? Buffer.from(bytes) : bytes)
    const NewImage = { photo: { B: given(photo) }, album: { M: { parts: { BS: parts.map(given) } } } }
    const back = decodeDeadLetter(encodeDeadLetter(deliveryLetter({ record: { dynamodb: { NewImage } } })))
    const { dynamodb } = back.record as StreamRecord
    expect(decodeImage(dynamodb!.NewImage!)).toEqual({ photo, album: { parts: new Set(parts) } })
  },
)

test.prop([fc.oneof(anyText, fc.json(), mutilated())])('any text is a letter or a DecodeError', (text) => {
  let letter: DeadLetter | undefined
  try {
    letter = decodeDeadLetter(text)
  } catch (error) {
    expect(isSyncError(error, 'RECORD_UNDECODABLE')).toBe(true)
  }
  if (letter) expect(decodeDeadLetter(encodeDeadLetter(letter))).toEqual(letter)
})

/** Letters with one member replaced by anything. */
function mutilated(): fc.Arbitrary<string> {
  const members = Object.keys(deliveryLetter()) as readonly (keyof DeadLetter)[]
  return fc
    .tuple(anyLetter, fc.constantFrom(...members), fc.jsonValue())
    .map(([letter, member, value]) => JSON.stringify({ ...letter, [member]: value }))
}
