import { keyNames, keyText, type ItemKey } from '../../core/key.ts'
import type { ItemDefinition } from '../../core/item.ts'
import type { StreamRecord } from '../../core/stream-record.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import { memorySnapshot } from '../memory-snapshot.ts'
import { streamRecord } from '../stream-record.ts'
import { modelStream, type ModelStream } from './stream.ts'

export type Row = Readonly<Record<string, unknown>>

/** One write, and what it left behind. */
export interface Write {
  /** Counts all writes of a run, in the order of time. */
  readonly index: number
  readonly key: string
  readonly row: Row | undefined
  readonly before: Row | undefined
  /** A time to live did it. */
  readonly expired: boolean
}

/** The model of a table with its stream: replicas, streams that are switched off and on, restores. */
export interface ModelTable {
  /** Writes a row. Nothing happens, as on DynamoDB, when it is there as it is. */
  readonly put: (row: Row) => void
  readonly remove: (key: string, expired: boolean) => void
  /** Removes a row while no stream is on: nobody is told. */
  readonly removeUnseen: (key: string) => void
  readonly rows: () => ReadonlyMap<string, Row>
  readonly keys: () => readonly string[]
  readonly read: (keys: readonly ItemKey[]) => readonly SnapshotEntry[]
  readonly snapshot: () => ReturnType<typeof memorySnapshot>
  readonly writes: readonly Write[]
  /** Which write a record is of. */
  readonly writeOf: (record: StreamRecord) => Write | undefined
  readonly active: () => ModelStream
  readonly streams: readonly ModelStream[]
  /** Switches the stream off and on: a new one begins. Answers it. */
  readonly reenable: () => ModelStream
  /** The other replica takes over. Its stream carries every write, too. Answers it. */
  readonly failOver: () => ModelStream
  /** The table is as it was so many writes ago, as another table. Answers its stream. */
  readonly restore: (back: number) => ModelStream
}

const regions = ['eu-west-1', 'us-east-1'] as const

export function modelTable<Item>(
  definition: ItemDefinition<Item>,
  clock: Clock,
  view: string,
  random: () => number,
): ModelTable {
  const names = keyNames(definition)
  let rows = new Map<string, Row>()
  const writes: Write[] = []
  const byEvent = new Map<string, Write>()
  const streams: ModelStream[] = []
  let tables = 0
  let generation = 0

  function newStream(region: 0 | 1): ModelStream {
    // The replica's labels are older than all of the first region's: labels of two regions mean nothing to each other.
    const day = String(1 + generation++).padStart(2, '0')
    const label = region === 0 ? `2026-03-${day}T00:00:00.000` : `2020-01-${day}T00:00:00.000`
    const arn = `arn:aws:dynamodb:${regions[region]}:123456789012:table/inventory${tables === 0 ? '' : `-${String(tables)}`}/stream/${label}`
    const stream = modelStream(arn, clock, random)
    streams.push(stream)
    return stream
  }
  /** One stream in each region; a write is in both. */
  let replicas: [ModelStream, ModelStream] = [newStream(0), newStream(1)]
  let region: 0 | 1 = 0

  function write(key: string, row: Row | undefined, expired: boolean): void {
    const before = rows.get(key)
    if (row) rows.set(key, row)
    else rows.delete(key)
    const made: Write = { index: writes.length, key, row, before, expired }
    writes.push(made)
    const images = row ? { newImage: row, oldImage: before } : { oldImage: before ?? {} }
    const record = streamRecord({ ...images, createdAt: new Date(clock.now()), key: names, sequenceNumber: '1' })
    for (const [index, stream] of replicas.entries()) {
      const eventID = `${String(made.index)}-${String(index)}-${String(streams.indexOf(stream))}`
      byEvent.set(eventID, made)
      stream.append(key, {
        ...record,
        ...(expired ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
        eventID,
        dynamodb: seen(record.dynamodb, view),
      })
    }
  }

  return {
    put(row) {
      const key = keyText(names, row)
      if (!same(rows.get(key), row)) write(key, row, false)
    },
    remove(key, expired) {
      if (rows.has(key)) write(key, undefined, expired)
    },
    removeUnseen(key) {
      const before = rows.get(key)
      rows.delete(key)
      writes.push({ index: writes.length, key, row: undefined, before, expired: false })
    },
    rows: () => rows,
    keys: () => [...new Set(writes.map(({ key }) => key))],
    read: (keys) =>
      keys.flatMap(({ key }) => {
        const item = rows.get(key)
        return item ? [{ key, item }] : []
      }),
    snapshot: () => memorySnapshot(() => [...rows].map(([key, item]) => ({ key, item })), clock),
    writes,
    writeOf: ({ eventID }) => byEvent.get(eventID ?? ''),
    active: () => replicas[region],
    streams,
    reenable() {
      replicas[region].close()
      replicas = region === 0 ? [newStream(0), replicas[1]] : [replicas[0], newStream(1)]
      return replicas[region]
    },
    failOver() {
      region = region === 0 ? 1 : 0
      return replicas[region]
    },
    restore(back) {
      const past = new Map<string, Row>()
      for (const { key, row } of writes.slice(0, Math.max(0, writes.length - back)))
        if (row) past.set(key, row)
        else past.delete(key)
      rows = past
      tables++
      for (const stream of replicas) stream.close()
      replicas = [newStream(0), newStream(1)]
      region = 0
      return replicas[0]
    },
  }
}

function same(a: Row | undefined, b: Row): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}

/** What a stream of this view type carries. */
function seen(dynamodb: StreamRecord['dynamodb'], view: string): StreamRecord['dynamodb'] {
  if (!dynamodb) return undefined
  const { NewImage, OldImage, ...rest } = dynamodb
  return {
    ...rest,
    StreamViewType: view,
    ...(NewImage && view.includes('NEW_') ? { NewImage } : {}),
    ...(OldImage && (view === 'NEW_AND_OLD_IMAGES' || view === 'OLD_IMAGE') ? { OldImage } : {}),
  }
}
