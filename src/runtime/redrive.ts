import { asRemoval, type Change } from '../core/change.ts'
import type { RoutedLane } from '../core/routes.ts'
import { DecodeError, isSyncError } from '../errors.ts'
import type { SourceTable } from '../ports/table.ts'
import type { RecordReader } from './decode-record.ts'
import type { Invocation } from './invocation.ts'
import { current, original, removal, type Rows } from './letter-state.ts'
import { noBatch, type Decoded, type DecodedRecord, type Routed, type Selected } from './pipeline.ts'
import type { ReadLetter, ValidLetter } from './read-letter.ts'
import { readRows } from './read-rows.ts'
import type { Route, Sync } from './sync.ts'

/** How letters are redriven: with a table, what it holds now; without, the parked state. */
export interface Redriving<Item> {
  readonly table: SourceTable | undefined
  readonly reader: RecordReader<Item>
  /** Judges what was poison as every record is judged. */
  readonly select: (decoded: Decoded<Item>) => Selected<Item>
}

/** A letter that stays in the queue untried, and why. */
export interface Refused<Item> {
  readonly letter: ReadLetter<Item>
  readonly reason: string
}

export interface Redriven<Item> {
  readonly routed: Routed<Item>
  readonly refused: readonly Refused<Item>[]
}

/** Turns letters of different items into deliveries: each for its target alone, a poison record's for all that it touches. */
export async function redrive<Item>(
  letters: readonly ReadLetter<Item>[],
  sync: Sync<Item>,
  redriving: Redriving<Item>,
  invocation: Invocation,
): Promise<Redriven<Item>> {
  const { table } = redriving
  const refused: Refused<Item>[] = []
  const regressed: Change<Item>[] = []
  const routes = sync.routes.map((route) => ({ route, lanes: [] as RoutedLane<Item>[] }))
  const valid = letters.filter((letter) => letter.refusal === undefined)
  const rows = table && valid.length > 0 ? await readRows(table, valid, sync.keyNames, invocation) : undefined
  letters.forEach((letter, first) => {
    try {
      if (letter.refusal !== undefined) throw new DecodeError(letter.refusal)
      if (rows?.error) throw rows.error
      const made = deliveriesOf(letter, rows?.value, sync, redriving)
      regressed.push(...made.regressed)
      for (const { route, change } of made.deliveries)
        routes[route.index]?.lanes.push({ key: letter.key, first, changes: [change] })
    } catch (error) {
      refused.push({ letter, reason: isSyncError(error) ? error.message : 'A `when` filter threw.' })
    }
  })
  return { routed: { ...noBatch, regressed, routes }, refused }
}

interface Made<Item> {
  readonly deliveries: readonly { readonly route: Route<Item>; readonly change: Change<Item> }[]
  readonly regressed: readonly Change<Item>[]
}

function deliveriesOf<Item>(
  letter: ValidLetter<Item>,
  rows: Rows | undefined,
  sync: Sync<Item>,
  redriving: Redriving<Item>,
): Made<Item> {
  const { reader } = redriving
  const { targets, regressed } = letter.route
    ? { targets: [letter.route], regressed: [] }
    : judge(letter, rows, sync, redriving)
  if (targets.length === 0) return { deliveries: [], regressed }
  const work = { targets, sync, reader }
  const change = rows ? current(letter, rows, work) : original(letter, work)
  const deliveries = targets.map((route) => ({ route, change: holds(route, change) ? change : asRemoval(change) }))
  return { deliveries, regressed }
}

function holds<Item>({ accepts }: Route<Item>, change: Change<Item>): boolean {
  return change.type === 'removal' || accepts === undefined || accepts(change.item)
}

/** Which targets a record that was poison concerns. None: the stream's handler would have skipped it. */
function judge<Item>(
  letter: ValidLetter<Item>,
  rows: Rows | undefined,
  { routes }: Sync<Item>,
  { reader, select }: Redriving<Item>,
): { readonly targets: readonly Route<Item>[]; readonly regressed: readonly Change<Item>[] } {
  const { isKnown, ...decoded } = ownChange(letter, rows, reader)
  const { entries, poison, regressed } = select({ ...noBatch, records: [decoded] })
  const [problem] = poison
  if (problem) throw problem.error
  const [entry] = entries
  if (!entry) return { targets: [], regressed }
  const { touches } = entry
  // A state that nothing tells could be anywhere.
  return { targets: touches === 'all' || !isKnown ? routes : routes.filter(({ index }) => touches[index]), regressed }
}

/** The record's own change; where nothing tells it, the removal of its item, which stands for anything. */
function ownChange<Item>(
  letter: ValidLetter<Item>,
  rows: Rows | undefined,
  reader: RecordReader<Item>,
): DecodedRecord<Item> & { readonly isKnown: boolean } {
  const { record } = letter
  try {
    const read = reader.read(record)
    const change = read.change ?? (rows && reader.withRow(read.facts, rows.get(letter.key)))
    if (change) return { position: 0, record, change, regressed: read.regressed, touches: 'all', isKnown: true }
  } catch {
    // An image that cannot be read tells as little as one that is not there.
  }
  return { position: 0, record, change: removal(letter, reader), regressed: false, touches: 'all', isKnown: false }
}
