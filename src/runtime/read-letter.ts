import { decodeDeadLetter, isBareLetter, type DeadLetter, type DeliveryLetter } from '../core/dead-letter.ts'
import type { ItemKey } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { attributePart, epochOf, lowestVersion, withoutEpoch } from '../core/version.ts'
import { DecodeError, isSyncError } from '../errors.ts'
import { readKey } from './decode-record.ts'
import type { QueueEvent } from './queue-handler.ts'
import { recordVersions, type RecordVersions } from './record-version.ts'
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
  /** The record's creation; 1970 where it does not tell. */
  readonly changedAt: Date
  /** The one target of a delivery; undefined: a poison record goes to all. */
  readonly route: Route<Item> | undefined
}

/** Reads and checks dead letters. They come from outside: what one claims must follow from the record it carries. */
export function letterReader<Item>(
  sync: Sync<Item>,
  versions: RecordVersions,
): (message: QueueMessage) => ReadLetter<Item> {
  const checkVersion = versionCheck(sync, versions)

  function read(message: QueueMessage): ValidLetter<Item> {
    const letter = decodeDeadLetter(message.body)
    const record = letter.record as StreamRecord // checked piece by piece below
    if (typeof letter.record !== 'object' || letter.record === null)
      throw new DecodeError('The letter holds no record.')
    const hasEvent = !isBareLetter(letter)
    if (hasEvent && record.eventName !== 'INSERT' && record.eventName !== 'MODIFY' && record.eventName !== 'REMOVE')
      throw new DecodeError("The letter's record is neither INSERT, MODIFY nor REMOVE.")
    const key = readKey(record.dynamodb?.Keys, sync.keyNames)
    const known = { message, letter, record, ...key, changedAt: creationTime(record) }
    if (letter.type === 'poison') return { ...known, version: versions.of(record).version, route: undefined }
    const route = sync.routes.find(({ name }) => name === letter.target)
    if (!route) throw new DecodeError('The letter is for a target that this sync does not have.')
    if (key.key !== letter.key) throw new DecodeError("The letter's key is not its record's.")
    checkVersion(letter, record)
    return { ...known, version: letter.version, route }
  }

  return (message) => {
    try {
      return read(message)
    } catch (error) {
      return { message, refusal: isSyncError(error) ? error.message : 'The message cannot be read.' }
    }
  }
}

function creationTime({ dynamodb }: StreamRecord): Date {
  const seconds: unknown = dynamodb?.ApproximateCreationDateTime // a poison record's may be anything
  const time = new Date(typeof seconds === 'number' ? seconds * 1_000 : 0)
  if (Number.isNaN(time.getTime())) throw new DecodeError("The letter's record has no time that can be.")
  return time
}

/** The target will hold the letter's version: a wrong one could keep every later change of the item away. */
function versionCheck<Item>(
  { highestEpoch, versionAttribute, epochs }: Sync<Item>,
  versions: RecordVersions,
): (letter: DeliveryLetter, record: StreamRecord) => void {
  /** Of epoch and attribute, as letters with images showed them: all versions of one sync have one length. */
  let knownLength: number | undefined

  function checkForm(version: string): void {
    if (version.startsWith(lowestVersion)) return
    const fits =
      versionAttribute === undefined
        ? /\/\d{40}(?:~\d{6})?$/.test(version)
        : attributePart(version).length === (knownLength ?? attributePart(version).length)
    if (!fits) throw new DecodeError("The letter's version has another form than the sync's.")
  }

  /**
   * An image that was left out to fit the queue cannot show the version attribute. Put back what the version claims it
   * to be, the record must give this very version.
   */
  function claimed(version: string, record: StreamRecord, attribute: string): string {
    checkForm(version)
    const image = { [attribute]: { S: attributePart(version).slice(7) } }
    const side = record.eventName === 'REMOVE' ? 'OldImage' : 'NewImage'
    const whole = { ...record, dynamodb: { ...record.dynamodb, [side]: image } }
    return recordVersions({ attribute, epochs }).of(whole).version
  }

  function checkRecord(version: string, record: StreamRecord): void {
    const { NewImage, OldImage } = record.dynamodb ?? {}
    const isUnseen = versionAttribute !== undefined && !(record.eventName === 'REMOVE' ? OldImage : NewImage)
    const own = isUnseen ? claimed(version, record, versionAttribute) : versions.of(record).version
    if (withoutEpoch(own) !== withoutEpoch(version)) throw new DecodeError("The letter's version is not its record's.")
    if (isUnseen) return
    knownLength = attributePart(version).length
    versions.learn([record]) // the stream's handler took its form for good; a poison letter's proves nothing
  }

  return (letter, record) => {
    if (epochOf(letter.version) > highestEpoch)
      throw new DecodeError(
        "The letter's epoch is higher than any in `epochs`. Configure this handler like the stream's.",
      )
    if (isBareLetter(letter)) checkForm(letter.version)
    else checkRecord(letter.version, record)
  }
}
