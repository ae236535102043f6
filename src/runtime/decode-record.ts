import { changeId, changeMaker, type Change, type ChangeBase } from '../core/change.ts'
import { decodeImage } from '../core/attribute-value.ts'
import { itemKey, type ItemKey } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { DecodeError } from '../errors.ts'
import type { RecordVersions } from './record-version.ts'
import type { Sync } from './sync.ts'
import { validate } from './validate.ts'

/** Reads stream records of one sync. */
export interface RecordReader<Item> {
  /** @throws DecodeError that says what is wrong with the record. */
  readonly read: (record: StreamRecord) => ReadRecord<Item>
  /** The change of a record whose new state the table told; undefined: there is no such row. */
  readonly withRow: (facts: ChangeBase, row: Readonly<Record<string, unknown>> | undefined) => Change<Item>
}

/** A record's change. Undefined: the stream carries no new image, and the table must be asked. */
export interface ReadRecord<Item> {
  readonly facts: ChangeBase
  readonly regressed: boolean
  readonly change: Change<Item> | undefined
}

export function recordReader<Item>(sync: Sync<Item>, versions: RecordVersions): RecordReader<Item> {
  const { keyNames } = sync
  const { schema } = sync.item
  const make = changeMaker((record) => readOldImage(record, schema))
  return {
    read(record) {
      const { eventName } = record
      const dynamodb = checkRecord(record)
      const { key, keyAttributes } = readKey(dynamodb.Keys, keyNames)
      const { version, regressed } = versions.of(record)
      const changedAt = creationTime(dynamodb.ApproximateCreationDateTime)
      const facts: ChangeBase = { id: changeId(key, version), key, keyAttributes, version, changedAt, record }
      if (eventName === 'REMOVE') return { facts, regressed, change: make('removal', facts, undefined) }
      if (!dynamodb.NewImage) return { facts, regressed, change: undefined }
      return { facts, regressed, change: make('upsert', facts, validate(schema, decodeImage(dynamodb.NewImage))) }
    },
    withRow: (facts, row) => (row ? make('upsert', facts, validate(schema, row)) : make('removal', facts, undefined)),
  }
}

const viewTypes = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']

function checkRecord({ eventName, dynamodb }: StreamRecord): NonNullable<StreamRecord['dynamodb']> {
  if (!dynamodb) throw new DecodeError('The record has no `dynamodb` part: it is no stream record.')
  if (eventName !== 'INSERT' && eventName !== 'MODIFY' && eventName !== 'REMOVE')
    throw new DecodeError(
      'The record is neither INSERT, MODIFY nor REMOVE. Hand over the record as DynamoDB Streams delivers it.',
    )
  const view = dynamodb.StreamViewType
  if (view !== undefined && !viewTypes.includes(view))
    throw new DecodeError(`The stream view type is unknown. Expected one of ${viewTypes.join(', ')}.`)
  return dynamodb
}

function readOldImage<Item>(record: StreamRecord | undefined, schema: Sync<Item>['item']['schema']): Item | undefined {
  const image = record?.dynamodb?.OldImage
  if (!image) return undefined
  try {
    return validate(schema, decodeImage(image))
  } catch {
    return undefined // an invalid old image does not poison a good new one
  }
}

/**
 * The key of a record.
 * @throws DecodeError also where the table's key has attributes that the item's does not: two rows would become one.
 */
export function readKey(keys: object | undefined, names: readonly string[]): ItemKey {
  if (!keys)
    throw new DecodeError('The record has no `dynamodb.Keys`. Hand over the record as DynamoDB Streams delivers it.')
  const given = Object.keys(keys).slice(0, 3) // a table's key has two at most; what comes from outside may have more
  if (given.length > names.length)
    throw new DecodeError(
      `The table's key is ${given.join(' and ')}, the item's key is ${names.join(' and ')}: different rows would become one. ` +
        `Declare the item with key: [${given.map((name) => JSON.stringify(name)).join(', ')}].`,
    )
  return itemKey(names, decodeImage(keys))
}

/** Streams give seconds; a record without a creation time is taken as old as can be. */
function creationTime(seconds: unknown): Date {
  if (seconds === undefined || seconds === null) return new Date(0)
  const time = new Date(typeof seconds === 'number' ? seconds * 1_000 : NaN)
  if (Number.isNaN(time.getTime())) throw new DecodeError('ApproximateCreationDateTime is no time in seconds.')
  return time
}
