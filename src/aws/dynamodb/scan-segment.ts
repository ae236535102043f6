import type { AttributeMap } from '../../core/marshal.ts'
import { isRecord } from '../../core/objects.ts'
import { untilAborted } from '../../core/until-aborted.ts'
import type { CapacityLimit } from './capacity-limit.ts'
import { garbage, pause, type TableReader } from './reader.ts'
import { isThrottled, unavailable } from './service-error.ts'

/** One page of one segment. */
export interface SegmentPage {
  readonly rows: readonly AttributeMap[]
  /** Where the next page begins; undefined: this one is the last. */
  readonly next: AttributeMap | undefined
  /** Read capacity units that it took, as far as DynamoDB said. */
  readonly units: number
}

interface SegmentReading {
  /** The key of the row before the first. */
  readonly start: AttributeMap | undefined
  readonly limit: CapacityLimit | undefined
  readonly signal: AbortSignal
}

/** The pages of one segment from `start` on. They end early when the signal aborts. */
export async function* segmentPages(
  reader: TableReader,
  input: object,
  { start, limit, signal }: SegmentReading,
): AsyncGenerator<SegmentPage, void> {
  let from = start
  do {
    const request = from ? { ...input, ExclusiveStartKey: from } : input
    const page = await pageOf(reader, request, limit, signal)
    if (!page) return
    from = page.next
    yield page
  } while (from)
}

/** Undefined once the signal has aborted. */
async function pageOf(
  reader: TableReader,
  input: object,
  limit: CapacityLimit | undefined,
  signal: AbortSignal,
): Promise<SegmentPage | undefined> {
  for (let round = 0; !signal.aborted; round++) {
    const share = await limit?.take(signal)
    if (isAborted(signal)) return undefined
    const limited = share && { ...input, Limit: share.rows, ReturnConsumedCapacity: 'TOTAL' }
    try {
      const told = await untilAborted(signal, reader.call('Scan', limited ?? input, signal))
      if (isAborted(signal)) return undefined
      const answer = understood(told)
      share?.settle(answer.told, answer.scanned)
      return answer
    } catch (error) {
      if (isAborted(signal)) return undefined
      if (!isThrottled(error)) throw unavailable(error, signal)
      share?.settle(0, 0)
      await pause(reader, round, signal)
    }
  }
  return undefined
}

interface Understood extends SegmentPage {
  readonly told: number | undefined
  readonly scanned: number
}

function understood(answer: unknown): Understood {
  if (!isRecord(answer) || !Array.isArray(answer['Items'])) throw garbage('Scan', 'it has no rows')
  const next = answer['LastEvaluatedKey']
  if (next !== undefined && !isRecord(next)) throw garbage('Scan', 'its LastEvaluatedKey is no key')
  const rows = answer['Items'] as readonly AttributeMap[]
  const told = unitsIn(answer['ConsumedCapacity'])
  const scanned = answer['ScannedCount']
  return {
    rows,
    next: isEmpty(next) ? undefined : (next as AttributeMap), // just seen to be a key, and given back as it came
    units: told ?? 0,
    told,
    scanned: typeof scanned === 'number' && scanned > 0 ? scanned : rows.length,
  }
}

function unitsIn(consumed: unknown): number | undefined {
  const units = isRecord(consumed) ? consumed['CapacityUnits'] : undefined
  return typeof units === 'number' && units >= 0 && Number.isFinite(units) ? units : undefined
}

function isEmpty(key: object | undefined): boolean {
  return key === undefined || Object.keys(key).length === 0
}

// A function, because the compiler believes that `aborted` does not change during an await.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
