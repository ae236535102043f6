import { encodeDeadLetter, isBareLetter, type DeadLetter } from '../../core/dead-letter.ts'
import { isRecord } from '../../core/objects.ts'

// What SQS refuses and JSON leaves as it is are U+FFFE and U+FFFF. Pairs of surrogates are legal, but SQS-compatible
// servers refuse them, so that they are escaped as well.
const unsafe = /[\ud800-\udfff\ufffe\uffff]/g

/** The letter as text that SQS takes. Parsing it gives the same letter. */
export function messageBody(letter: DeadLetter): string {
  return encodeDeadLetter(letter).replace(unsafe, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)
}

/**
 * The letter without its record's old image, and marked so; undefined where there is none to spare. A poison record
 * without a new image keeps it: it would say nothing without.
 */
export function withoutOldImage(letter: DeadLetter): DeadLetter | undefined {
  const record: unknown = letter.record
  if (!isRecord(record) || !isRecord(record['dynamodb'])) return undefined
  const { OldImage: oldImage, ...rest } = record['dynamodb']
  if (oldImage === undefined || (letter.type === 'poison' && !isRecord(rest['NewImage']))) return undefined
  const view = rest['StreamViewType']
  const dynamodb = {
    ...rest,
    ...(typeof view === 'string' ? { StreamViewType: viewWithoutOldImage[view] ?? view } : {}),
    OldImageOmitted: true,
  }
  return { ...letter, record: { ...record, dynamodb } }
}

const viewWithoutOldImage: Readonly<Record<string, string>> = {
  NEW_AND_OLD_IMAGES: 'NEW_IMAGE',
  OLD_IMAGE: 'KEYS_ONLY',
}

/**
 * A delivery without any image, and marked so: whoever drains it reads the table. Undefined where there is no new image,
 * and leaving out the old one is all that can be done.
 */
export function withoutImages(letter: DeadLetter): DeadLetter | undefined {
  if (letter.type !== 'delivery' || isBareLetter(letter)) return undefined
  const { NewImage: newImage, OldImage: oldImage, ...rest } = letter.record.dynamodb ?? {}
  if (newImage === undefined) return undefined
  const dynamodb = {
    ...rest,
    ...(rest.StreamViewType === undefined ? {} : { StreamViewType: 'KEYS_ONLY' }),
    NewImageOmitted: true,
    ...(oldImage === undefined ? {} : { OldImageOmitted: true }),
  }
  return { ...letter, record: { ...letter.record, dynamodb } }
}
