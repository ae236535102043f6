import { decodeDeadLetter, type DeadLetter, type DeliveryLetter } from '../core/dead-letter.ts'
import type { ItemKey } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { epochOf, withoutEpoch } from '../core/version.ts'
import { DecodeError, isSyncError } from '../errors.ts'
import { readKey } from './decode-record.ts'
import type { QueueEvent } from './queue-handler.ts'
import type { RecordVersions } from './record-version.ts'
import type { Route, Sync } from './sync.ts'

export type QueueMessage = QueueEvent['Records'][number]

/** A message of the queue, read as far as its own text goes. */
export type ReadLetter<Item> = ValidLetter<Item> | { readonly message: QueueMessage; readonly refusal: string }

export interface ValidLetter<Item> extends ItemKey {
  readonly message: QueueMessage
  readonly refusal?: undefined
  readonly letter: DeadLetter
  readonly record: StreamRecord
  readonly version: string
  /** The one target of a delivery; undefined: a poison record goes to all. */
  readonly route: Route<Item> | undefined
}

/** Reads and checks a dead letter. It comes from outside: what it claims must follow from the record it carries. */
export function readLetter<Item>(message: QueueMessage, sync: Sync<Item>, versions: RecordVersions): ReadLetter<Item> {
  try {
    const letter = decodeDeadLetter(message.body)
    const record = letter.record as StreamRecord // checked piece by piece below
    if (typeof letter.record !== 'object' || letter.record === null)
      throw new DecodeError('The letter holds no record.')
    const key = readKey(record.dynamodb?.Keys, sync.keyNames)
    if (letter.type === 'poison')
      return { message, letter, record, ...key, version: versions.of(record).version, route: undefined }
    const route = sync.routes.find(({ name }) => name === letter.target)
    if (!route) throw new DecodeError('The letter is for a target that this sync does not have.')
    if (key.key !== letter.key) throw new DecodeError("The letter's key is not its record's.")
    checkVersion(letter, record, sync, versions)
    return { message, letter, record, ...key, version: letter.version, route }
  } catch (error) {
    return { message, refusal: isSyncError(error) ? error.message : 'The message cannot be read.' }
  }
}

function checkVersion<Item>(
  letter: DeliveryLetter,
  record: StreamRecord,
  sync: Sync<Item>,
  versions: RecordVersions,
): void {
  if (epochOf(letter.version) > sync.highestEpoch)
    throw new DecodeError(
      "The letter's epoch is higher than any in `epochs`. Configure this handler like the stream's.",
    )
  // A letter whose old image was dropped to fit the queue cannot show a removal's version attribute.
  if (sync.versionAttribute !== undefined && record.eventName === 'REMOVE' && !record.dynamodb?.OldImage) return
  if (withoutEpoch(versions.of(record).version) !== withoutEpoch(letter.version))
    throw new DecodeError("The letter's version is not its record's.")
}
