import fc from 'fast-check'
import type { DeadLetter } from '../../src/core/dead-letter.ts'
import { deliveryLetter, poisonLetter } from './dead-letters.ts'

/** Any text, lone surrogates and characters that SQS refuses included. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 7, 0xd800, 0xdfff, 0xfffe, 0xffff)))
    .map((units) => String.fromCharCode(...units)),
)

const anyName = fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor', 'toString', 'S', 'B', ''))
const anyBytes = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))

/** An image in DynamoDB JSON with every attribute type, under any names. */
export const { image: anyImage } = fc.letrec<{ image: object; value: object }>((tie) => ({
  image: fc
    .array(fc.tuple(anyName, tie('value')), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries) as object),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ S: anyText }),
    fc.record({ N: fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }).map(String) }),
    fc.record({ B: anyBytes }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.constant(true) }),
    fc.record({ SS: fc.array(anyText) }),
    fc.record({ NS: fc.array(fc.bigInt().map(String)) }),
    fc.record({ BS: fc.array(anyBytes) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({ M: tie('image') }),
  ),
}))

const anyRecord = fc.record(
  {
    eventID: anyText,
    eventName: fc.constantFrom('INSERT', 'MODIFY', 'REMOVE'),
    dynamodb: fc.record(
      {
        Keys: anyImage,
        NewImage: anyImage,
        OldImage: anyImage,
        SequenceNumber: fc.nat().map(String),
        ApproximateCreationDateTime: fc.nat(),
        StreamViewType: fc.constantFrom('NEW_AND_OLD_IMAGES', 'OLD_IMAGE', 'NEW_IMAGE', 'KEYS_ONLY'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['dynamodb'] },
)

const anyId = fc.stringMatching(/^[\w.:-]{1,128}$/)

/** Any letter that the library may park. */
export const anyLetter: fc.Arbitrary<DeadLetter> = fc.oneof(
  fc
    .record({
      id: anyId,
      target: anyText.filter((text) => text !== ''),
      key: anyText.filter((text) => text !== ''),
      reason: anyText,
      attempts: fc.nat(),
      change: fc.constantFrom('upsert' as const, 'removal' as const),
      failedAt: fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
      record: anyRecord,
    })
    .map(deliveryLetter),
  fc
    .record({
      id: anyId,
      reason: anyText,
      record: fc.oneof(
        fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value))),
        anyRecord,
      ),
    })
    .map(poisonLetter),
)
