import { DecodeError } from '../errors.ts'

/** The version of an item never seen: stands before every record's version, and its repairs do too. */
export const lowestVersion = '-'

const sequenceLength = 40
/** What pads a text of so many digits. Every record needs it, and `padStart` costs as much as a small object. */
const zeros = Array.from({ length: sequenceLength + 1 }, (_, length) => '0'.repeat(sequenceLength - length))
/** With it, an attribute of 300 characters, the sequence and a repair's suffix, a version stays below its 400 characters. */
export const longestLabel = 50
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
  const digits = sequence.startsWith('0') ? sequence.replace(/^0+/, '') : sequence
  if (!isDigits(sequence) || digits.length > sequenceLength)
    throw new DecodeError(
      `The sequence number ${quote(sequence)} is no number of 1 to ${String(sequenceLength)} digits.`,
    )
  return `${zeros[digits.length] ?? ''}${digits}`
}

/** `<epoch>/<stream label>/`: the part of a version that all records of one stream share. */
export function streamPrefix(epoch: number, label: string): string {
  return `${paddedEpoch(epoch)}/${label}/`
}

export function paddedEpoch(epoch: number): string {
  return String(epoch).padStart(6, '0')
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x30 || code > 0x39) return false
  }
  return text !== ''
}

/** A text from outside, made fit for an error message. */
function quote(text: string): string {
  return JSON.stringify(text.length > 48 ? `${text.slice(0, 48)}…` : text)
}
