import { createHash } from 'node:crypto'
import { marshalImage } from '../core/marshal.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { ConfigError } from '../errors.ts'

/** The images decide the event: new is INSERT, both MODIFY, old REMOVE. They are plain objects: `{ sku: 'A1', quantity: 5 }`. */
export type RecordOptions = (
  | { readonly newImage: object; readonly oldImage?: object | undefined }
  | { readonly newImage?: undefined; readonly oldImage: object }
) & {
  /** Default: newer than that of every record built before in this process. */
  readonly sequenceNumber?: string | undefined
  /** Cut to whole seconds, as streams do. Default 2026-03-01T10:00:00Z. */
  readonly createdAt?: Date | undefined
  /** The table's key attributes. Default `['sku']`. */
  readonly key?: readonly string[] | undefined
}

const region = 'eu-west-1'
const streamArn = `arn:aws:dynamodb:${region}:123456789012:table/inventory/stream/2026-03-01T00:00:00.000`

/** Where records and manual clocks start unless told otherwise. */
export const defaultStart = new Date('2026-03-01T10:00:00.000Z')

// Real ones have 21 to 40 digits. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
let lastSequenceNumber = 100_000_000_000_000_000_000n

/**
 * A stream record as Lambda hands it over, both images included: numbers as texts, binaries as base64, `Set`s as sets.
 * `bigint` and `{ value: '…' }` stand for numbers that JavaScript's own cannot hold.
 *
 * @example
 * streamRecord({ newImage: { sku: 'A1', quantity: 5 }, oldImage: { sku: 'A1', quantity: 6 } })
 *
 * @throws ConfigError when there is no image, or an image lacks a key attribute.
 * @throws TargetRejectedError for a value that DynamoDB cannot hold; the message names the attribute.
 */
export function streamRecord(options: RecordOptions): StreamRecord {
  const { newImage, oldImage, createdAt = defaultStart, key = ['sku'] } = options
  const sequenceNumber = options.sequenceNumber ?? String(++lastSequenceNumber)
  const newest = lambdaImage(firstOf(newImage, oldImage))
  const keys = pick(newest, key)
  const eventName = newImage === undefined ? 'REMOVE' : oldImage === undefined ? 'INSERT' : 'MODIFY'
  return Object.assign(source(), {
    eventID: idOf(sequenceNumber, keys),
    eventName,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(createdAt.getTime() / 1000),
      Keys: keys,
      ...(newImage !== undefined && { NewImage: newest }),
      ...(oldImage !== undefined && { OldImage: newImage === undefined ? newest : lambdaImage(oldImage) }),
      SequenceNumber: sequenceNumber,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  })
}

/**
 * An event of several records, oldest first, as a mapping hands it to the function.
 *
 * @example
 * await handler(streamEvent([{ newImage: { sku: 'A1', quantity: 5 } }, { oldImage: { sku: 'B2', quantity: 1 } }]))
 *
 * @throws as {@link streamRecord}.
 */
export function streamEvent(records: readonly RecordOptions[]): { Records: StreamRecord[] } {
  return { Records: records.map(streamRecord) }
}

function source() {
  return { eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: region, eventSourceARN: streamArn }
}

type Image = Readonly<Record<string, unknown>>

function lambdaImage(image: object): Image {
  return withBase64(marshalImage(image)) as Image // an object stays one
}

/** Lambda's events are JSON, so that bytes come as base64. */
function withBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(withBase64)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBase64(member)]))
}

function pick(image: Image, names: readonly string[]): Image {
  return Object.fromEntries(
    names.map((name) => {
      if (!Object.hasOwn(image, name))
        throw new ConfigError(
          'key',
          `the image has no attribute "${name}". Add it, or name the table's key attributes.`,
        )
      return [name, image[name]]
    }),
  )
}

function idOf(sequenceNumber: string, keys: Image): string {
  return createHash('sha256')
    .update(`${sequenceNumber} ${JSON.stringify(keys)}`)
    .digest('hex')
    .slice(0, 32)
}

/** Plain JavaScript may give neither. */
function firstOf(...images: readonly (object | undefined)[]): object {
  const image = images.find((given) => given !== undefined)
  if (image) return image
  throw new ConfigError('newImage', 'a record needs an image. Give newImage, oldImage or both.')
}
