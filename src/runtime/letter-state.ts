import { isBareLetter } from '../core/dead-letter.ts'
import { changeId, type Change, type ChangeBase } from '../core/change.ts'
import { epochOf } from '../core/version.ts'
import { DecodeError } from '../errors.ts'
import type { RecordReader } from './decode-record.ts'
import type { ValidLetter } from './read-letter.ts'
import type { Route, Sync } from './sync.ts'

/** What the table answered: a row per key that it holds. */
export type Rows = ReadonlyMap<string, Readonly<Record<string, unknown>>>

/** What a letter needs to become a change for these targets. */
export interface LetterWork<Item> {
  readonly targets: readonly Route<Item>[]
  readonly sync: Sync<Item>
  readonly reader: RecordReader<Item>
}

/**
 * What the table holds now, under the letter's own version: a newer delivery beats it, whatever was read. No row is a
 * removal, unless the table may have lost it to a time to live that targets ignore.
 */
export function current<Item>(letter: ValidLetter<Item>, rows: Rows, work: LetterWork<Item>): Change<Item> {
  const { reader, sync } = work
  const row: unknown = rows.get(letter.key)
  if (rows.has(letter.key)) {
    if (typeof row !== 'object' || row === null) throw new DecodeError('The table answered with a row that is none.')
    return reader.withRow(factsOf(letter), row as Readonly<Record<string, unknown>>) // goes through the schema
  }
  if (sync.ttl === 'propagate' || isRemoval(letter)) return removal(letter, reader)
  const problem = whyNotParked(letter, work)
  if (problem === undefined) return parked(letter, reader)
  throw new DecodeError(
    `The table holds no such row. A time to live that the targets ignore may have removed it, and the parked state is not applied: ${problem}. ` +
      'Decide by hand, and delete the message.',
  )
}

const oneDayMs = 86_400_000 // a stream keeps its records for 24 hours, and a guarded target its tombstones for 48 at least

/** The parked state, where nothing newer can have been missed. */
export function original<Item>(letter: ValidLetter<Item>, work: LetterWork<Item>): Change<Item> {
  const age = work.sync.clock.now() - letter.changedAt.getTime()
  const problem =
    age < oneDayMs ? whyNotParked(letter, work) : 'its record is older than 24 hours, a newer one may be lost'
  if (problem === undefined) return parked(letter, work.reader)
  throw new DecodeError(`The parked state is not applied: ${problem}. Redrive it with mode 'current'.`)
}

/** The change of a letter that removes its item: `previous` is the last state that the record tells. */
export function removal<Item>(letter: ValidLetter<Item>, reader: RecordReader<Item>): Change<Item> {
  const { OldImage, NewImage } = letter.record.dynamodb ?? {}
  if (OldImage || !NewImage) return reader.withRow(factsOf(letter), undefined)
  return { type: 'removal', ...factsOf(letter), previous: newState(letter, reader) } // it appeared, and is gone
}

function whyNotParked<Item>(letter: ValidLetter<Item>, { targets, sync }: LetterWork<Item>): string | undefined {
  const unguarded = targets.find(({ guarded }) => !guarded)
  if (unguarded) return `target "${unguarded.name}" is not guarded, newer stock could be overwritten`
  if (epochOf(letter.version) !== sync.highestEpoch) return 'its epoch is not the highest one'
  if (isBareLetter(letter.letter)) return 'it carries no record'
  if (!isRemoval(letter) && !letter.record.dynamodb?.NewImage) return 'its record carries no new image'
  return undefined
}

function parked<Item>(letter: ValidLetter<Item>, reader: RecordReader<Item>): Change<Item> {
  if (isRemoval(letter)) return removal(letter, reader)
  const { change } = reader.read(letter.record)
  if (!change) throw new DecodeError('The record carries no new image.')
  const prototype = Object.getPrototypeOf(change) as object // where `previous` is read
  return Object.assign(Object.create(prototype), change, factsOf(letter)) as Change<Item> // the same, with the letter's id
}

/** Also an item that left the target's filter is removed there. */
function isRemoval<Item>({ letter, record }: ValidLetter<Item>): boolean {
  return letter.type === 'delivery' ? letter.change === 'removal' : record.eventName === 'REMOVE'
}

function newState<Item>({ record }: ValidLetter<Item>, reader: RecordReader<Item>): Item | undefined {
  try {
    return reader.read(record).change?.item
  } catch {
    return undefined // an image that cannot be read does not keep a removal back
  }
}

function factsOf<Item>({ key, keyAttributes, version, changedAt, letter, record }: ValidLetter<Item>): ChangeBase {
  return { id: changeId(key, version, letter.id), key, keyAttributes, version, changedAt, record }
}
