import { asRemoval, changeId, type Change } from '../core/change.ts'
import type { RoutedLane } from '../core/routes.ts'
import { epochOf } from '../core/version.ts'
import { DecodeError, isSyncError } from '../errors.ts'
import type { SourceTable } from '../ports/table.ts'
import type { RecordReader } from './decode-record.ts'
import type { Invocation } from './invocation.ts'
import { noBatch, type Routed } from './pipeline.ts'
import type { ReadLetter, ValidLetter } from './read-letter.ts'
import { readRows } from './read-rows.ts'
import type { Route, Sync } from './sync.ts'
import { validate } from './validate.ts'

/** How letters are redriven: with a table, what it holds now; without, the parked state. */
export interface Redriving<Item> {
  readonly table: SourceTable | undefined
  readonly reader: RecordReader<Item>
}

export interface Redriven<Item> {
  readonly routed: Routed<Item>
  /** Letters that stay in the queue untried, and why. */
  readonly refused: readonly { readonly letter: ReadLetter<Item>; readonly reason: string }[]
}

/** Turns letters of different items into deliveries: each for its target alone, a poison record's for all. */
export async function redrive<Item>(
  letters: readonly ReadLetter<Item>[],
  sync: Sync<Item>,
  { table, reader }: Redriving<Item>,
  invocation: Invocation,
): Promise<Redriven<Item>> {
  const refused: { letter: ReadLetter<Item>; reason: string }[] = []
  const lanes = sync.routes.map((route) => ({ route, lanes: [] as RoutedLane<Item>[] }))
  const valid = letters.filter((letter) => letter.refusal === undefined)
  const rows = table && valid.length > 0 ? await readRows(table, valid, sync.keyNames, invocation) : undefined
  letters.forEach((letter, first) => {
    try {
      if (letter.refusal !== undefined) throw new DecodeError(letter.refusal)
      if (rows?.error) throw rows.error
      const targets = letter.route ? [letter.route] : sync.routes
      const change = rows ? current(letter, rows.value.get(letter.key), sync) : original(letter, targets, sync, reader)
      const parted = !rows && letter.letter.type === 'delivery' && letter.letter.change === 'removal'
      for (const route of targets) {
        const changes = [parted || !holds(route, change) ? asRemoval(change) : change]
        lanes[route.index]?.lanes.push({ key: letter.key, first, changes })
      }
    } catch (error) {
      refused.push({
        letter,
        reason: isSyncError(error) ? error.message : 'The letter cannot be applied: a `when` filter threw.',
      })
    }
  })
  return { routed: { ...noBatch, routes: lanes }, refused }
}

function holds<Item>({ accepts }: Route<Item>, change: Change<Item>): boolean {
  return change.type === 'removal' || accepts === undefined || accepts(change.item)
}

/** What the table holds now, under the letter's own version: a newer delivery beats it, whatever was read. */
function current<Item>(
  { key, keyAttributes, version, letter, record }: ValidLetter<Item>,
  row: Readonly<Record<string, unknown>> | undefined,
  { item }: Sync<Item>,
): Change<Item> {
  const seconds = record.dynamodb?.ApproximateCreationDateTime
  const changedAt = new Date(typeof seconds === 'number' ? seconds * 1_000 : 0)
  const facts = { id: changeId(key, version, letter.id), key, keyAttributes, version, changedAt, record }
  return row ? { type: 'upsert', ...facts, item: validate(item.schema, row) } : { type: 'removal', ...facts }
}

const oneDayMs = 86_400_000 // a stream keeps its records for 24 hours, and a tombstone lives longer than that

/** The parked state, where nothing newer can have been missed. */
function original<Item>(
  valid: ValidLetter<Item>,
  targets: readonly Route<Item>[],
  sync: Sync<Item>,
  reader: RecordReader<Item>,
): Change<Item> {
  const { letter, record, version } = valid
  const unguarded = targets.find(({ guarded }) => !guarded)
  if (unguarded) throw refusal(`target "${unguarded.name}" is not guarded, newer stock could be overwritten`)
  const createdAt = (record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000
  if (!(sync.clock.now() - createdAt < oneDayMs))
    throw refusal('its record is older than 24 hours, a newer one may be lost')
  if (epochOf(version) !== sync.highestEpoch) throw refusal('its epoch is not the highest one')
  const removal = letter.type === 'delivery' ? letter.change === 'removal' : record.eventName === 'REMOVE'
  if (!removal && !record.dynamodb?.NewImage) throw refusal('its record carries no new image')
  const change = removal ? asRemoval(parkedRemoval(valid)) : reader.read(record).change
  if (!change) throw refusal('its record carries no new image')
  return { ...change, previous: undefined, version, id: changeId(valid.key, version, letter.id) }
}

function parkedRemoval<Item>({ key, keyAttributes, version, letter, record }: ValidLetter<Item>): Change<Item> {
  const changedAt = new Date((record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000)
  return { type: 'removal', id: changeId(key, version, letter.id), key, keyAttributes, version, changedAt, record }
}

function refusal(reason: string): DecodeError {
  return new DecodeError(`The parked state is not applied: ${reason}. Redrive it with mode 'current'.`)
}
