import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { type DeadLetter, decodeDeadLetter, encodeDeadLetter } from '../../src/core/dead-letter.ts'
import { isSyncError } from '../../src/errors.ts'
import { deliveryLetter } from '../support/dead-letters.ts'
import { anyLetter, anyText } from '../support/letter-arbitraries.ts'

// P8: what is parked comes back byte for byte.
test.prop([anyLetter])('P8 any letter comes back whole from its text', (letter) => {
  const back = decodeDeadLetter(encodeDeadLetter(letter))
  expect(back).toEqual(letter)
  expect(encodeDeadLetter(back)).toBe(encodeDeadLetter(letter)) // toEqual overlooks attributes named __proto__
})

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
