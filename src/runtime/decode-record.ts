import { changeId, type Change } from '../core/change.ts'
import { decodeImage } from '../core/attribute-value.ts'
import { itemKey, type ItemKey } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { DecodeError } from '../errors.ts'
import type { RecordVersion, RecordVersions } from './record-version.ts'
import type { Sync } from './sync.ts'
import { validate } from './validate.ts'

/** A record's change, or, where the stream carries no new image, what to make of the row once the table told it. */
export type ReadRecord<Item> = RecordVersion &
  ItemKey & {
    readonly before: 'none' | 'item'
    /** Undefined: the new image is not in the record. */
    readonly change: Change<Item> | undefined
    /** The change that makes the row, undefined being no row, the item's state. */
    readonly withRow: (row: Readonly<Record<string, unknown>> | undefined) => Change<Item>
  }

const viewTypes = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']

/** Reads one stream record. @throws DecodeError that says what is wrong with it. */
export function decodeRecord<Item>(record: StreamRecord, sync: Sync<Item>, versions: RecordVersions): ReadRecord<Item> {
  const { eventName, dynamodb } = record
  if (!dynamodb) throw new DecodeError('The record has no `dynamodb` part: it is no stream record.')
  if (eventName !== 'INSERT' && eventName !== 'MODIFY' && eventName !== 'REMOVE')
    throw new DecodeError('The record is neither INSERT, MODIFY nor REMOVE.')
  const view = dynamodb.StreamViewType
  if (view !== undefined && !viewTypes.includes(view))
    throw new DecodeError(`The stream view type is unknown. Expected one of ${viewTypes.join(', ')}.`)
  const key = readKey(dynamodb.Keys, sync.keyNames)
  const version = versions.of(record)
  const facts = {
    id: changeId(key.key, version.version),
    ...key,
    version: version.version,
    changedAt: creationTime(dynamodb.ApproximateCreationDateTime),
    record,
  }
  const upsert = (row: unknown): Change<Item> =>
    withPrevious({ type: 'upsert', ...facts, item: validate(sync.item.schema, row) }, sync)
  const removal = (): Change<Item> => withPrevious({ type: 'removal', ...facts }, sync)
  return {
    ...key,
    ...version,
    before: eventName === 'INSERT' ? 'none' : 'item',
    change: eventName === 'REMOVE' ? removal() : dynamodb.NewImage ? upsert(decodeImage(dynamodb.NewImage)) : undefined,
    withRow: (row) => (row ? upsert(row) : removal()),
  }
}

/** `previous` is decoded only when somebody looks, and once. */
function withPrevious<Item>(change: Change<Item>, sync: Sync<Item>): Change<Item> {
  let known: { readonly item: Item | undefined } | undefined
  Object.defineProperty(change, 'previous', {
    enumerable: true,
    get: () => (known ??= { item: readOldImage(change.record, sync) }).item,
  })
  return change
}

function readOldImage<Item>(record: StreamRecord | undefined, sync: Sync<Item>): Item | undefined {
  const image = record?.dynamodb?.OldImage
  if (!image) return undefined
  try {
    return validate(sync.item.schema, decodeImage(image))
  } catch {
    return undefined // an invalid old image does not poison a good new one
  }
}

/** The key of a record. */
export function readKey(keys: object | undefined, names: readonly string[]): ItemKey {
  if (!keys) throw new DecodeError('The record has no `dynamodb.Keys`.')
  return itemKey(names, decodeImage(keys))
}

/** Streams give seconds; a record without a creation time is taken as old as can be. */
function creationTime(seconds: number | undefined): Date {
  if (seconds === undefined) return new Date(0)
  const time = new Date(seconds * 1_000)
  if (Number.isNaN(time.getTime())) throw new DecodeError('ApproximateCreationDateTime is no time in seconds.')
  return time
}
