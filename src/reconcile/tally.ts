import type { WarehouseReport } from './report.ts'

type Kind = 'missing' | 'mismatch' | 'orphan' | 'duplicate'

/** What was counted of some of a warehouse's keys. */
export interface Part {
  expected: number
  /** Keys that it holds or should hold. */
  keys: number
  /** Expected rows that were not found equal. */
  unequal: number
  readonly counts: Record<Kind | 'inFlight' | 'unstable', number>
  unitsSigned: number
  unitsAbsolute: number
  /** What the differences call for, by their kind; `repairable`: what a run may write. */
  readonly planned: Record<Kind, number>
  readonly repairable: Record<Kind, number>
}

/** Where a key was found by the first look: what one side alone shows counts only if the other side was read to its end. */
export type Found = 'both' | 'source' | 'warehouse'

/** One warehouse's counts while they grow. */
export interface Tally {
  rows: number
  mended: number
  complete: boolean
  readonly parts: Readonly<Record<Found, Part>>
  readonly repairs: Record<'applied' | 'stale' | 'conflicted' | 'failed', number>
}

export function emptyTally(): Tally {
  return {
    rows: 0,
    mended: 0,
    complete: true,
    parts: { both: emptyPart(), source: emptyPart(), warehouse: emptyPart() },
    repairs: { applied: 0, stale: 0, conflicted: 0, failed: 0 },
  }
}

function emptyPart(): Part {
  return {
    expected: 0,
    keys: 0,
    unequal: 0,
    counts: { missing: 0, mismatch: 0, orphan: 0, duplicate: 0, inFlight: 0, unstable: 0 },
    unitsSigned: 0,
    unitsAbsolute: 0,
    planned: { missing: 0, mismatch: 0, orphan: 0, duplicate: 0 },
    repairable: { missing: 0, mismatch: 0, orphan: 0, duplicate: 0 },
  }
}

/** Which sides were read to their end by the first look. */
export interface Read {
  readonly source: boolean
  readonly warehouse: boolean
}

/** Whether what one side alone showed is known to be all. */
export function isCounted(found: Found, read: Read): boolean {
  return found === 'both' || (found === 'source' ? read.warehouse : read.source)
}

/** Whether a difference may be mended: nothing is removed or added for what an incomplete snapshot does not show. */
export function isMendable(kind: Kind, read: Read): boolean {
  return kind === 'orphan' ? read.source : kind === 'missing' ? read.warehouse : true
}

/** What is known of a warehouse once the first look is over. */
export interface Counted extends Omit<Part, 'planned' | 'repairable'> {
  readonly planned: number
  readonly repairable: number
}

export function counted({ parts }: Tally, read: Read): Counted {
  const all = emptyPart()
  for (const found of ['both', 'source', 'warehouse'] as const) {
    if (!isCounted(found, read)) continue
    const part = parts[found]
    for (const name of ['expected', 'keys', 'unequal', 'unitsSigned', 'unitsAbsolute'] as const) all[name] += part[name]
    addTo(all.counts, part.counts)
    addTo(all.planned, part.planned)
    addTo(all.repairable, part.repairable)
  }
  return { ...all, planned: mendable(all.planned, read), repairable: mendable(all.repairable, read) }
}

function addTo<Name extends string>(sum: Record<Name, number>, more: Readonly<Record<Name, number>>): void {
  for (const name of Object.keys(more) as Name[]) sum[name] += more[name]
}

function mendable(counts: Readonly<Record<Kind, number>>, read: Read): number {
  const kinds = Object.keys(counts) as Kind[]
  return kinds.reduce((sum, kind) => sum + (isMendable(kind, read) ? counts[kind] : 0), 0)
}

export function driftOf({ counts }: Counted): number {
  return counts.missing + counts.mismatch + counts.orphan + counts.duplicate
}

export function warehouseReport(tally: Tally, read: Read): WarehouseReport {
  const { rows, mended, complete, repairs } = tally
  const { expected, unequal, counts, unitsSigned, unitsAbsolute, planned } = counted(tally, read)
  // A row that was equal at first may have been mended by a later walk.
  const equalAfter = Math.min(expected, expected - unequal + mended)
  const accuracy = (equal: number): number => (expected === 0 ? 100 : (100 * equal) / expected)
  return {
    rows,
    ...counts,
    unitsSigned,
    unitsAbsolute,
    expected,
    equal: expected - unequal,
    equalAfter,
    accuracyPercent: accuracy(expected - unequal),
    accuracyAfterPercent: accuracy(equalAfter),
    complete: complete && read.warehouse,
    repairs: { planned, ...repairs },
  }
}
