import { DecodeError } from '../errors.ts'
import type { DecodedEntry, EventDecoder } from '../ports/event-decoder.ts'
import type { SourceTable } from '../ports/table.ts'
import { asDecodeError } from './as-decode-error.ts'
import type { ReadRecord, RecordReader } from './decode-record.ts'
import type { Invocation } from './invocation.ts'
import type { Decoded, DecodedRecord, Poison, Unread } from './pipeline.ts'
import { readRows } from './read-rows.ts'
import type { RecordVersions } from './record-version.ts'
import type { Sync } from './sync.ts'
import type { StreamRecord } from '../core/stream-record.ts'

/** How events become changes. */
export interface Decoding<Item, Event> {
  readonly events: EventDecoder<Event>
  readonly reader: RecordReader<Item>
  /** The reader's own. */
  readonly versions: RecordVersions
  readonly table: SourceTable | undefined
}

interface Hydration<Item> {
  readonly position: number
  readonly record: StreamRecord
  readonly read: ReadRecord<Item>
}

/** Turns an event into changes; what cannot be one becomes poison. Rows that the stream does not carry are read. */
export async function decode<Item, Event>(
  event: Event,
  sync: Sync<Item>,
  decoding: Decoding<Item, Event>,
  invocation: Invocation,
): Promise<Decoded<Item>> {
  const { events, reader, versions, table } = decoding
  const entries = [...events.decode(event)]
  versions.learn(recordsOf(entries))
  const identifiers: string[] = []
  const records: DecodedRecord<Item>[] = []
  const poison: Poison[] = []
  const hydrations: Hydration<Item>[] = []
  for (const entry of entries) {
    const position = identifiers.push(entry.itemIdentifier) - 1
    if ('error' in entry) {
      poison.push({ position, raw: entry.raw, error: asDecodeError(entry.error) })
      continue
    }
    const { record } = entry
    try {
      // without its `dynamodb` part it is no stream record at all, which the reader says
      if (events.sequenced && record.dynamodb && record.dynamodb.SequenceNumber === undefined)
        throw new DecodeError(noSequenceNumber)
      const read = reader.read(record)
      const { change, regressed } = read
      if (change) records.push({ position, record, change, regressed, touches: 'all' })
      else if (table) hydrations.push({ position, record, read })
      else throw new DecodeError(noNewImage)
    } catch (error) {
      poison.push({ position, raw: record, error: asDecodeError(error) })
    }
  }
  const unread: Unread[] = []
  if (table && hydrations.length > 0)
    await hydrate(hydrations, table, { sync, reader, invocation }, { records, poison, unread })
  return { identifiers, records, poison, unread }
}

function* recordsOf(entries: readonly DecodedEntry[]): Iterable<StreamRecord> {
  for (const entry of entries) if ('record' in entry) yield entry.record
}

const noSequenceNumber =
  'The record has no sequence number. Hand over the record as DynamoDB Streams delivers it, or use an event decoder whose records have none.'
const noNewImage =
  'The stream carries no new images. Set its view type to NEW_AND_OLD_IMAGES (or NEW_IMAGE), or give the handler a `table` to read the rows from.'

async function hydrate<Item>(
  hydrations: readonly Hydration<Item>[],
  table: SourceTable,
  { sync, reader, invocation }: { sync: Sync<Item>; reader: RecordReader<Item>; invocation: Invocation },
  into: { readonly records: DecodedRecord<Item>[]; readonly poison: Poison[]; readonly unread: Unread[] },
): Promise<void> {
  const rows = await readRows(
    table,
    hydrations.map(({ read }) => read.facts),
    sync.keyNames,
    invocation,
  )
  for (const { position, record, read } of hydrations) {
    if (rows.error) {
      into.unread.push({ position, error: rows.error })
      continue
    }
    try {
      const change = reader.withRow(read.facts, rows.value.get(read.facts.key))
      into.records.push({ position, record, change, regressed: read.regressed, touches: 'all' })
    } catch (error) {
      into.poison.push({ position, raw: record, error: asDecodeError(error) })
    }
  }
  into.records.sort((a, b) => a.position - b.position)
}
