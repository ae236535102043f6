import { DecodeError } from '../errors.ts'

/** The version of an item never seen: stands before every record's version, and its repairs do too. */
export const lowestVersion = '-'

const sequenceLength = 40
const attributeLength = 38
const repairSuffix = /~(\d{6})$/
const wellFormed = /^(?:-(?:~\d{6})?|\d{6}\/[\x20-\x7e]{1,400})$/

/** Orders two versions: plain text order, which is why everything in a version is padded. */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether a text from outside can be a version at all. */
export function isVersion(text: string): boolean {
  return wellFormed.test(text)
}

/** The epoch that a version carries, 0 for the lowest one. */
export function epochOf(version: string): number {
  return version.startsWith(lowestVersion) ? 0 : Number(version.slice(0, 6))
}

/** A version without its epoch and without a repair's suffix: what the record alone says. */
export function withoutEpoch(version: string): string {
  return version.slice(7).replace(repairSuffix, '')
}

/** Epoch and attribute of an attribute version: all that places fed by different streams can be compared by. */
export function attributePart(version: string): string {
  return version.startsWith(lowestVersion) ? '' : version.slice(0, version.indexOf('/', 7))
}

/** The next repair of a held version: newer than it, older than every later write. */
export function repairVersion(held: string): string {
  const suffix = repairSuffix.exec(held)
  if (!suffix) return `${held}~000001`
  const next = Number(suffix[1]) + 1
  if (next > 999_999) throw new DecodeError(`The version ${held} was repaired a million times; write the item anew.`)
  return `${held.slice(0, suffix.index)}~${String(next).padStart(6, '0')}`
}

/** Pads a sequence number so that text order is numeric order. DynamoDB's have 21 to 40 digits, its samples three. */
export function paddedSequence(sequence: string): string {
  if (sequence.length === sequenceLength && isDigits(sequence)) return sequence
  const digits = sequence.replace(/^0+/, '')
  if (!isDigits(sequence) || digits.length > sequenceLength)
    throw new DecodeError(
      `The sequence number ${quote(sequence)} is no number of 1 to ${String(sequenceLength)} digits.`,
    )
  return digits.padStart(sequenceLength, '0')
}

/** `<epoch>/<stream label>/`: the part of a version that all records of one stream share. */
export function streamPrefix(epoch: number, label: string): string {
  return `${paddedEpoch(epoch)}/${label}/`
}

export function paddedEpoch(epoch: number): string {
  return String(epoch).padStart(6, '0')
}

/** A version attribute's text in canonical form. Integers and texts never mix within one sync. */
export interface AttributeVersion {
  readonly kind: 'integer' | 'text'
  readonly text: string
}

/** Reads a version attribute: an integer from 0 up of at most 38 digits, or printable ASCII without `/` and `~`. */
export function attributeVersion(value: string): AttributeVersion {
  if (isDigits(value)) {
    const digits = value.replace(/^0+(?=\d)/, '')
    if (digits.length <= attributeLength) return { kind: 'integer', text: digits.padStart(attributeLength, '0') }
  }
  if (!/^[\x20-.0-}]{1,300}$/.test(value))
    // printable ASCII without the two marks of a version, / and ~
    throw new DecodeError(
      'The version attribute is neither an integer from 0 up nor printable ASCII of at most 300 characters without / and ~. ' +
        'Use a time (ISO 8601, UTC, always the same number of digits) or a hybrid clock.',
    )
  return { kind: 'text', text: value }
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text)
}

/** A text from outside, made fit for an error message. */
function quote(text: string): string {
  return JSON.stringify(text.length > 48 ? `${text.slice(0, 48)}…` : text)
}
