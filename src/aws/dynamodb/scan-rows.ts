import { SnapshotError, TargetUnavailableError } from '../../errors.ts'
import type { AttributeMap } from '../../core/marshal.ts'
import { isRecord } from '../../core/objects.ts'
import { garbage, pause, type TableReader } from './reader.ts'
import { isThrottled, unavailable } from './service-error.ts'

/** What a scan was asked for: all of the table, or one of several parts that together are all of it. */
export interface ScanRequest<Entry> {
  readonly signal: AbortSignal
  readonly partition?: { readonly index: number; readonly count: number } | undefined
  readonly entryOf: (row: AttributeMap) => Entry
}

export interface ScanSummary {
  readonly startedAt: Date
  readonly endedAt: Date
  readonly complete: boolean
}

/**
 * Scans the table page by page, each page strongly consistent, in the table's own order. A throttled page is asked for
 * again, with growing pauses. When the signal aborts, the pages end and the summary says that they are not all.
 *
 * @throws TargetUnavailableError when DynamoDB fails otherwise, SnapshotError for a row that cannot be read.
 */
export async function* scanRows<Entry>(
  reader: TableReader,
  { signal, partition, entryOf }: ScanRequest<Entry>,
): AsyncGenerator<readonly Entry[], ScanSummary, undefined> {
  const startedAt = new Date(reader.now())
  const summary = (complete: boolean) => ({ startedAt, endedAt: new Date(reader.now()), complete })
  const segment = partition && { Segment: partition.index, TotalSegments: partition.count }
  let start: object | undefined
  do {
    const input = { TableName: reader.tableName, ConsistentRead: true, ...segment }
    const page = await pageOf(reader, start ? { ...input, ExclusiveStartKey: start } : input, signal)
    if (!page) return summary(false)
    if (page.rows.length > 0) yield page.rows.map((row) => readable(row, entryOf))
    start = page.next
  } while (start)
  return summary(true)
}

interface Page {
  readonly rows: readonly AttributeMap[]
  readonly next: object | undefined
}

/** Undefined once the signal has aborted. */
async function pageOf(reader: TableReader, input: object, signal: AbortSignal): Promise<Page | undefined> {
  for (let round = 0; !signal.aborted; round++) {
    try {
      return understood(await reader.call('Scan', input, signal))
    } catch (error) {
      if (isAborted(signal)) return undefined
      if (!isThrottled(error)) throw unavailable(error, signal)
      await pause(reader, round, signal)
    }
  }
  return undefined
}

function understood(answer: unknown): Page {
  if (!isRecord(answer) || !Array.isArray(answer['Items'])) throw garbage('Scan', 'it has no rows')
  const next = answer['LastEvaluatedKey']
  if (next !== undefined && !isRecord(next)) throw garbage('Scan', 'its LastEvaluatedKey is no key')
  return { rows: answer['Items'] as readonly AttributeMap[], next: isEmpty(next) ? undefined : next }
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

function isEmpty(key: object | undefined): boolean {
  return key === undefined || Object.keys(key).length === 0
}

// A function, because the compiler believes that `aborted` does not change during an await.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
