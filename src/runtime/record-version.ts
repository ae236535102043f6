import { integerVersion, textVersion } from '../core/attribute-version.ts'
import { paddedEpoch, paddedSequence } from '../core/version.ts'
import { DecodeError } from '../errors.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { asDelivered, streamOf, type Stream } from './record-stream.ts'
import { versionForms, type VersionForm } from './version-forms.ts'

/** Makes a record's version. */
export interface RecordVersions {
  /**
   * Looks at records before any of them gets its version, so that their order does not matter: an attribute whose form
   * differs from that of most items is refused. Records may be anything here.
   */
  readonly learn: (records: Iterable<StreamRecord>) => void
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
  const forms = versionForms()

  function attributeOf(image: object, name: string): string {
    const { form, text } = readAttribute(image, name)
    const usual = forms.usualInsteadOf(form)
    if (usual === undefined) return text
    throw new DecodeError(
      `The version attribute "${name}" is ${describe(form)} here and ${describe(usual)} elsewhere: their order is not defined. ` +
        'Use one form with constant length.',
    )
  }

  /** An old image without a version, or with one that was refused, says nothing: it does not poison a good new one. */
  function isBelow(value: string, oldImage: object, name: string): boolean {
    try {
      return value < attributeOf(oldImage, name)
    } catch {
      return false
    }
  }

  return {
    learn(records) {
      if (attribute === undefined || forms.isSettled()) return
      for (const record of records) for (const [form, item] of formsIn(record, attribute)) forms.learn(form, item)
    },
    of(record) {
      const stream = streamOf(record.eventSourceARN, epochs, streams)
      const sequence = sequenceOf(record)
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

function sequenceOf({ dynamodb }: StreamRecord): string | undefined {
  const sequence: unknown = dynamodb?.SequenceNumber
  if (sequence === undefined || typeof sequence === 'string') return sequence
  throw new DecodeError(`The record's \`dynamodb.SequenceNumber\` is no text. ${asDelivered}`)
}

interface ReadAttribute {
  readonly form: VersionForm
  readonly text: string
}

/** DynamoDB's type decides: a text of digits is a text. */
function readAttribute(image: object, name: string): ReadAttribute {
  const attribute: unknown = Object.hasOwn(image, name) ? (image as Readonly<Record<string, unknown>>)[name] : undefined
  if (typeof attribute === 'object' && attribute !== null) {
    if ('S' in attribute && typeof attribute.S === 'string')
      return { form: attribute.S.length, text: textVersion(attribute.S, name) }
    if ('N' in attribute && typeof attribute.N === 'string') return { form: 0, text: integerVersion(attribute.N, name) }
  }
  throw new DecodeError(
    `The version attribute "${name}" is missing, or neither number nor text. Write it with every item.`,
  )
}

function describe(form: VersionForm): string {
  return form === 0 ? 'an integer' : `a text of ${String(form)} characters`
}

/** What the images of one record show, each with the item that shows it. */
function formsIn(record: StreamRecord, name: string): readonly (readonly [VersionForm, string])[] {
  return (['NewImage', 'OldImage'] as const).flatMap((side) => {
    try {
      const image = record.dynamodb?.[side]
      return image ? [[readAttribute(image, name).form, JSON.stringify(record.dynamodb.Keys)] as const] : []
    } catch {
      return [] // what cannot be read is refused in its turn, and counts for nothing
    }
  })
}

function missingImage(attribute: string, removal: boolean): string {
  return removal
    ? `The version attribute "${attribute}" of a removed item is in its old image, which this stream does not carry. Set the stream's view type to NEW_AND_OLD_IMAGES.`
    : `The version attribute "${attribute}" is in the new image, which this stream does not carry. Set the stream's view type to NEW_AND_OLD_IMAGES.`
}
