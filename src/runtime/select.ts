import { sameAttribute } from '../core/same-attribute.ts'
import type { Change } from '../core/change.ts'
import type { LaneEntry, Touches } from '../core/lanes.ts'
import { touchesOf } from '../core/routes.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { DecodeError, isSyncError } from '../errors.ts'
import { asDecodeError } from './as-decode-error.ts'
import type { Decoded, DecodedRecord, Poison, Selected } from './pipeline.ts'
import type { Sync } from './sync.ts'

/**
 * Judges each write by itself, before anything is folded: leaves out ignored time-to-live removals, other regions'
 * writes and writes that change nothing a warehouse cares about; tells which targets the others concern.
 */
export function select<Item>(decoded: Decoded<Item>, sync: Sync<Item>): Selected<Item> {
  const entries: LaneEntry<Item>[] = []
  const poison: Poison[] = [...decoded.poison]
  const regressed: Change<Item>[] = []
  const verdicts = new Map<Change<Item>, Touches>()
  for (const decodedRecord of decoded.records) {
    const { position, record, change } = decodedRecord
    try {
      if ((sync.ttl === 'ignore' && isTimeToLive(record)) || isForeign(record, sync)) continue
      const touches = judge(decodedRecord, sync, verdicts)
      if (decodedRecord.regressed) regressed.push(change) // also of a write that nobody needs to know
      if (touches === 'unchanged') continue
      entries.push(touches === 'all' ? decodedRecord : { position, change, touches })
    } catch (error) {
      poison.push({ position, raw: record, error: asDecodeError(error) })
    }
  }
  const { identifiers, unread } = decoded
  return { identifiers, unread, entries, poison, regressed, verdicts }
}

/** Which targets a record concerns, by the sides of the write; or that no target cares. */
function judge<Item>(
  { change, record }: DecodedRecord<Item>,
  sync: Sync<Item>,
  verdicts: Map<Change<Item>, Touches>,
): Touches | 'unchanged' {
  const { filters } = sync
  const appeared = record.eventName === 'INSERT'
  const alike = !appeared && sameFields(record, sync.item.fields)
  if (!sync.filtered && !alike) return 'all'
  const now = change.type === 'upsert' ? matches(change.item, filters) : undefined
  if (now !== undefined && now !== 'all') verdicts.set(change, now)
  // An item that appears may have been removed by an ignored time to live: it could have been anywhere.
  const was = appeared ? (sync.ttl === 'ignore' ? 'all' : undefined) : matches(change.previous, filters)
  if (alike && change.previous !== undefined && now !== undefined && was !== undefined && sameTouches(now, was))
    return 'unchanged'
  return union(now, was)
}

function matches<Item>(item: Item | undefined, filters: Sync<Item>['filters']): Touches {
  try {
    return touchesOf(item, filters)
  } catch (cause) {
    if (isSyncError(cause, 'RECORD_UNDECODABLE')) throw cause
    throw new DecodeError('A `when` filter threw.', { cause })
  }
}

/** An item that no target holds before or after concerns none. */
function union(a: Touches | undefined, b: Touches | undefined): Touches {
  if (a === undefined || b === undefined) return a ?? b ?? 'all'
  if (a === 'all' || b === 'all') return 'all'
  return a.map((touched, index) => touched || b[index] === true)
}

function sameTouches(a: Touches, b: Touches): boolean {
  return a === b || (a !== 'all' && b !== 'all' && a.every((touched, index) => touched === b[index]))
}

/** Whether both raw images are there and agree in what warehouses care about. */
function sameFields({ dynamodb }: StreamRecord, fields: readonly string[] | undefined): boolean {
  const before = dynamodb?.OldImage as Readonly<Record<string, unknown>> | undefined
  const after = dynamodb?.NewImage as Readonly<Record<string, unknown>> | undefined
  if (!before || !after) return false
  if (fields) return fields.every((field) => sameAttribute(before[field], after[field]))
  return sameAttribute(before, after)
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
function isTimeToLive({ eventName, userIdentity }: StreamRecord): boolean {
  if (eventName !== 'REMOVE' || typeof userIdentity !== 'object' || userIdentity === null) return false
  const { type, principalId } = userIdentity as { readonly type?: unknown; readonly principalId?: unknown }
  return type === 'Service' && principalId === 'dynamodb.amazonaws.com'
}

/** A write whose region attribute names a region that is not ours. Without one, nothing is known against it. */
function isForeign<Item>({ dynamodb }: StreamRecord, { origin }: Sync<Item>): boolean {
  if (!origin) return false
  const image = dynamodb?.NewImage ?? dynamodb?.OldImage
  const attribute = (image as Readonly<Record<string, { readonly S?: unknown } | undefined>> | undefined)?.[
    origin.attribute
  ]
  return typeof attribute?.S === 'string' && !origin.accept.includes(attribute.S)
}
