import { interleave } from '../../core/interleave.ts'
import type { AttributeMap } from '../../core/marshal.ts'
import { stoppablePages } from '../../core/stoppable-pages.ts'
import { SnapshotError, TargetUnavailableError } from '../../errors.ts'
import type { CapacityLimit } from './capacity-limit.ts'
import type { TableReader } from './reader.ts'
import type { ScanPosition, SegmentPosition } from './scan-position.ts'
import { segmentPages, type SegmentPage } from './scan-segment.ts'

/** What a scan was asked for: all of the table, or one of several parts that together are all of it. */
export interface ScanRequest<Entry> {
  readonly signal: AbortSignal
  readonly partition?: { readonly index: number; readonly count: number } | undefined
  readonly entryOf: (row: AttributeMap) => Entry
  /** How many segments are read side by side. Default 1. */
  readonly segments?: number | undefined
  /** What each page's request says besides table, segment and position. Default: strongly consistent. */
  readonly input?: object | undefined
  readonly limit?: CapacityLimit | undefined
  /** Where to go on, instead of the beginning. */
  readonly from?: ScanPosition | undefined
  /** Told once all rows of a page, and of those before, were taken: where the scan stands, and what it has come to. */
  readonly onPage?: ((stand: ScanStand) => void | Promise<void>) | undefined
}

/** What a scan has come to. */
export interface ScanStand {
  readonly rows: number
  /** As far as DynamoDB said. */
  readonly units: number
  readonly position: Omit<ScanPosition, 'source'>
}

export interface ScanSummary {
  readonly startedAt: Date
  readonly endedAt: Date
  readonly complete: boolean
  readonly rows: number
}

/**
 * Scans the table page by page, in the table's own order, each page strongly consistent unless told otherwise; segments
 * side by side, each a page ahead. A throttled page is asked for again, with growing pauses. When the signal aborts, or
 * the pages are let go, the requests on their way are called off; after an abort the summary says that the rows are not all.
 *
 * The pages throw TargetUnavailableError when DynamoDB fails otherwise, and SnapshotError for a row that cannot be read.
 */
export function scanRows<Entry>(
  reader: TableReader,
  request: ScanRequest<Entry>,
): AsyncIterator<readonly Entry[], ScanSummary | undefined> {
  return stoppablePages(request.signal, (signal) => scan(reader, { ...request, signal }))
}

async function* scan<Entry>(
  reader: TableReader,
  request: ScanRequest<Entry>,
): AsyncGenerator<readonly Entry[], ScanSummary, undefined> {
  const { entryOf, onPage, from } = request
  const startedAt = new Date(reader.now())
  const position = beginning(request)
  const segments: SegmentPosition[] = [...position.segments]
  let rows = 0
  let units = 0
  const open = segments.flatMap((at, index) =>
    at === 'end' ? [] : [openSegment(reader, request, position, at, index)],
  )
  for await (const page of interleave(open, open.length)) {
    rows += page.rows.length
    units += page.units
    if (page.rows.length > 0) yield page.rows.map((row) => readable(row, entryOf))
    segments[page.index] = page.next ?? 'end'
    await onPage?.({ rows, units, position: { ...position, segments: [...segments] } })
  }
  const wholePlace = from === undefined || from.segments.every((segment) => segment === 'start')
  const complete = wholePlace && segments.every((segment) => segment === 'end')
  return { startedAt, endedAt: new Date(reader.now()), complete, rows }
}

/** A partition of a scan with several segments is as many of its segments. */
function beginning<Entry>({ partition, segments = 1, from }: ScanRequest<Entry>): Omit<ScanPosition, 'source'> {
  const { index, count } = partition ?? { index: 0, count: 1 }
  const total = count * segments
  if (!from) return { total, first: index * segments, segments: Array<'start'>(segments).fill('start') }
  const size = from.segments.length
  if (from.first === index * size && from.total === count * size) return from
  throw new SnapshotError('The position to go on from is of another partition. Open the partition that it was made in.')
}

function openSegment<Entry>(
  reader: TableReader,
  { signal, input = { ConsistentRead: true }, limit }: ScanRequest<Entry>,
  { total, first }: Omit<ScanPosition, 'source'>,
  at: SegmentPosition,
  index: number,
): () => AsyncGenerator<SegmentPage & { readonly index: number }, void> {
  const segment = total > 1 ? { Segment: first + index, TotalSegments: total } : {}
  const request = { TableName: reader.tableName, ...input, ...segment }
  const start = typeof at === 'string' ? undefined : at
  return async function* () {
    for await (const page of segmentPages(reader, request, { start, limit, signal })) yield { ...page, index }
  }
}

function readable<Entry>(row: AttributeMap, entryOf: (row: AttributeMap) => Entry): Entry {
  try {
    return entryOf(row)
  } catch (cause) {
    if (cause instanceof TargetUnavailableError) throw cause
    throw new SnapshotError('A row of the table cannot be read. Find it by its attributes, and repair or remove it.', {
      cause,
    })
  }
}
