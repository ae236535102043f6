import { DecodeError } from '../errors.ts'
import { attributeVersion, isVersion, paddedEpoch, paddedSequence, streamPrefix } from '../core/version.ts'
import { parseDecimal } from '../core/number.ts'
import type { StreamRecord } from '../core/stream-record.ts'

/** Makes a record's version. Remembers what an attribute looked like, for all versions of one sync have one length. */
export interface RecordVersions {
  readonly of: (record: StreamRecord) => RecordVersion
}

export interface RecordVersion {
  readonly version: string
  /** The new image's version attribute is below the old one's: later writes would be stale for ever. */
  readonly regressed: boolean
}

export function recordVersions(options: {
  readonly attribute: string | undefined
  readonly epochs: Readonly<Record<string, number>>
}): RecordVersions {
  const { attribute, epochs } = options
  const streams = new Map<string, Stream>()
  let shape: string | undefined

  function attributeOf(image: object, name: string): string {
    const { kind, text } = attributeVersion(rawText(image, name))
    const found = kind === 'integer' ? 'an integer' : `a text of ${String(text.length)} characters`
    shape ??= found
    if (shape !== found)
      throw new DecodeError(
        `The version attribute "${name}" is ${found} here and ${shape} elsewhere: their order is not defined. ` +
          'Use one form with constant length.',
      )
    return text
  }

  /** An old image without a version of this form says nothing: it does not poison a good new one. */
  function isBelow(value: string, oldImage: object, name: string): boolean {
    try {
      return value < attributeOf(oldImage, name)
    } catch {
      return false
    }
  }

  return {
    of(record) {
      const stream = streamOf(record.eventSourceARN, epochs, streams)
      const sequence = record.dynamodb?.SequenceNumber
      if (attribute === undefined) {
        if (sequence === undefined)
          throw new DecodeError('The record has no sequence number. Give the item a version attribute.')
        return { version: `${stream.prefix()}${paddedSequence(sequence)}`, regressed: false }
      }
      const { NewImage, OldImage } = record.dynamodb ?? {}
      const removal = record.eventName === 'REMOVE'
      const image = removal ? OldImage : NewImage
      if (!image) throw new DecodeError(missingImage(attribute, removal))
      const value = attributeOf(image, attribute)
      const regressed = !removal && OldImage !== undefined && isBelow(value, OldImage, attribute)
      const tail = sequence === undefined ? `/${removal ? '1' : '0'}` : `/${stream.label()}/${paddedSequence(sequence)}`
      return { version: `${paddedEpoch(stream.epoch)}/${value}${tail}`, regressed }
    },
  }
}

interface Stream {
  readonly epoch: number
  /** Throws a DecodeError where the ARN names no stream. */
  readonly label: () => string
  readonly prefix: () => string
}

function streamOf(
  arn: string | undefined,
  epochs: Readonly<Record<string, number>>,
  known: Map<string, Stream>,
): Stream {
  const name = arn ?? ''
  const found = known.get(name)
  if (found) return found
  const epoch = Object.hasOwn(epochs, name) ? (epochs[name] ?? 0) : 0
  const label = /^arn:[^/]+\/[^/]+\/stream\/([^/]+)$/.exec(name)?.[1]
  const valid = label !== undefined && isVersion(streamPrefix(epoch, label))
  const expectLabel = (): string => {
    if (!valid) throw new DecodeError('The record names no stream: eventSourceARN must end in /stream/<label>.')
    return label
  }
  const prefix = valid ? streamPrefix(epoch, label) : undefined
  const stream = { epoch, label: expectLabel, prefix: () => prefix ?? streamPrefix(epoch, expectLabel()) }
  if (known.size < 1_000) known.set(name, stream) // records are data from outside: no memory without bound
  return stream
}

function rawText(image: object, name: string): string {
  const attribute: unknown = Object.hasOwn(image, name) ? (image as Readonly<Record<string, unknown>>)[name] : undefined
  if (typeof attribute === 'object' && attribute !== null) {
    if ('S' in attribute && typeof attribute.S === 'string') return attribute.S
    if ('N' in attribute && typeof attribute.N === 'string') return integerText(attribute.N, name)
  }
  throw new DecodeError(`The version attribute "${name}" is missing, or neither number nor text.`)
}

function integerText(text: string, name: string): string {
  if (/^\d{1,38}$/.test(text)) return text
  const decimal = parseDecimal(text)
  if (decimal && !decimal.negative && decimal.exponent >= decimal.digits.length && decimal.exponent <= 38)
    return decimal.digits.padEnd(decimal.exponent, '0') || '0'
  throw new DecodeError(`The version attribute "${name}" is no integer from 0 up of at most 38 digits.`)
}

function missingImage(attribute: string, removal: boolean): string {
  return removal
    ? `The version attribute "${attribute}" of a removed item is in its old image, which this stream does not carry. Set the stream's view type to NEW_AND_OLD_IMAGES.`
    : `The version attribute "${attribute}" is in the new image, which this stream does not carry. Set the stream's view type to NEW_AND_OLD_IMAGES.`
}
