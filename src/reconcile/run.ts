import { compareKeys } from '../core/key-order.ts'
import type { Metric } from '../ports/metrics.ts'
import type { Invocation } from '../runtime/invocation.ts'
import { emitAll } from '../runtime/observe.ts'
import { account, tell, type Weighed } from './account.ts'
import { compare, heldOf, sourceOf, type Held, type Source } from './compare.ts'
import { confirm, type Confirmed } from './confirm.ts'
import type { Partition, SnapshotLike } from './options.ts'
import { plan } from './plan.ts'
import { readSnapshot, type ReadRows } from './read-snapshot.ts'
import { repair } from './repair.ts'
import {
  driftOf,
  emptyTally,
  sampleOf,
  warehouseReport,
  type ReconcileReport,
  type StoppedBy,
  type Tally,
} from './report.ts'
import type { Settings, Warehouse } from './settings.ts'

/** One run: what it compares, and what it may take. */
export interface Run<Item> {
  readonly runId: string
  readonly source: SnapshotLike<Item>
  readonly warehouses: readonly Warehouse<Item>[]
  readonly settings: Settings<Item>
  readonly invocation: Invocation
  readonly partition: Partition | undefined
  /** Aborts when the lock could not be kept. */
  readonly lost: AbortSignal | undefined
}

/** compare → settle → confirm → plan → repair, and the report. */
export async function run<Item>(given: Run<Item>): Promise<ReconcileReport<Item>> {
  const { warehouses, settings, invocation, runId } = given
  const { source, held } = await readAll(given)
  const tallies = new Map<Warehouse<Item>, Tally>()
  const compared = held.map((one) => {
    const tally = emptyTally()
    tallies.set(one.warehouse, tally)
    return compare(source, one, settings, tally)
  })
  const suspects = compared.flatMap((one) => one.suspects)
  const confirmed = await confirm(suspects, warehouses, settings, invocation)
  const duplicates = compared.flatMap((one) => one.duplicates)
  const found = account(confirmed, duplicates, tallies, settings)
  const mended = await mend(given, confirmed, tallies, { source, held })
  await tell(found, settings, invocation)
  await emitAll(settings.sync.emitters, metricsOf(tallies, settings), invocation)
  const stopped = given.lost?.aborted ? 'lock' : invocation.cut.hasEnded() ? 'deadline' : mended.stoppedBy
  return reportOf(given, {
    source,
    tallies,
    confirmed,
    found,
    stopped,
    resumeFrom: mended.resumeFrom ?? settings.resumeFrom,
    runId,
  })
}

async function readAll<Item>({ source, warehouses, settings, invocation, partition }: Run<Item>): Promise<{
  source: Source<Item>
  held: readonly Held<Item>[]
}> {
  const { sync, resumeFrom } = settings
  const read = async (place: string, like: SnapshotLike<Item>): Promise<ReadRows> => {
    const reading = { place, keyNames: sync.keyNames, signal: invocation.cut.signal(), after: resumeFrom, partition }
    const rows = await readSnapshot(like, reading)
    if (rows.error !== undefined)
      sync.logger.error('A snapshot broke off.', {
        place,
        reason: rows.error instanceof Error ? rows.error.name : typeof rows.error,
      })
    return rows
  }
  const [first, ...others] = await Promise.all([
    read('source', source),
    ...warehouses.map(({ name, snapshot }) => read(name, snapshot)),
  ])
  return {
    source: sourceOf(first, !('pages' in source), warehouses, settings),
    held: warehouses.map((warehouse, index) => heldOf(warehouse, others[index] ?? { rows: [], complete: false })),
  }
}

interface Mended {
  readonly stoppedBy: StoppedBy | undefined
  readonly resumeFrom: string | undefined
}

async function mend<Item>(
  { runId, settings, invocation }: Run<Item>,
  confirmed: Confirmed<Item>,
  tallies: ReadonlyMap<Warehouse<Item>, Tally>,
  { source, held }: { readonly source: Source<Item>; readonly held: readonly Held<Item>[] },
): Promise<Mended> {
  if (confirmed.lagging) return { stoppedBy: 'lag', resumeFrom: undefined }
  const complete = {
    source: source.complete,
    warehouse: (warehouse: Warehouse<Item>) => held.some((one) => one.warehouse === warehouse && one.complete),
  }
  const { repairs, stoppedBy } = plan(confirmed.differences, tallies, complete, settings)
  if (repairs.length === 0) return { stoppedBy, resumeFrom: undefined }
  const left = await repair(repairs, tallies, runId, settings, invocation)
  return {
    stoppedBy,
    resumeFrom: lastDone(
      repairs.map(({ key }) => key),
      left,
    ),
  }
}

/** The last key before the first one that was not reached. */
function lastDone(keys: readonly string[], left: ReadonlySet<string>): string | undefined {
  const sorted = [...new Set(keys)].sort(compareKeys)
  const first = sorted.findIndex((key) => left.has(key))
  return first > 0 ? sorted[first - 1] : undefined
}

function metricsOf<Item>(tallies: ReadonlyMap<Warehouse<Item>, Tally>, { mode }: Settings<Item>): readonly Metric[] {
  return [...tallies].flatMap(([{ name: target }, tally]): readonly Metric[] => {
    const drift: Metric = { name: 'Drift', unit: 'Count', values: [driftOf(tally)], target }
    if (mode === 'plan') return [drift]
    return [drift, { name: 'RepairsApplied', unit: 'Count', values: [tally.repairs.applied], target }]
  })
}

interface Findings<Item> {
  readonly source: Source<Item>
  readonly tallies: ReadonlyMap<Warehouse<Item>, Tally>
  readonly confirmed: Confirmed<Item>
  readonly found: readonly Weighed<Item>[]
  readonly stopped: StoppedBy | undefined
  readonly resumeFrom: string | undefined
  readonly runId: string
}

function reportOf<Item>({ invocation }: Run<Item>, findings: Findings<Item>): ReconcileReport<Item> {
  const { source, tallies, confirmed, found, stopped, resumeFrom, runId } = findings
  const invalid = new Set(confirmed.invalid)
  for (const [key, { state }] of source.rows) if (state.status === 'invalid') invalid.add(key)
  const every = [...tallies.values()]
  const open = confirmed.lagging || !source.complete || every.some(({ complete }) => !complete)
  return {
    runId,
    startedAt: new Date(invocation.startedAt),
    endedAt: new Date(invocation.clock.now()),
    sourceRows: source.rows.size,
    invalid: invalid.size,
    verdict: confirmed.lagging
      ? 'unknown'
      : every.some((tally) => driftOf(tally) > 0)
        ? 'drift'
        : open
          ? 'unknown'
          : 'equal',
    ...(stopped === undefined ? {} : { stoppedBy: stopped }),
    ...((stopped === 'deadline' || stopped === 'lock') && resumeFrom !== undefined ? { resumeFrom } : {}),
    warehouses: Object.fromEntries([...tallies].map(([{ name }, tally]) => [name, warehouseReport(tally)])),
    sample: sampleOf(found),
  }
}

/** The report of a run that somebody else's lock kept from starting. */
export function lockedReport<Item>(given: Run<Item>): ReconcileReport<Item> {
  const { warehouses, runId, settings } = given
  const tallies = new Map(warehouses.map((one) => [one, { ...emptyTally(), complete: false }]))
  const source = { rows: new Map<string, never>(), duplicates: new Set<string>(), complete: false }
  const confirmed = { differences: [], inFlight: [], unstable: [], undecided: [], invalid: [], lagging: false }
  const { resumeFrom } = settings
  return reportOf(given, { source, tallies, confirmed, found: [], stopped: 'lock', resumeFrom, runId })
}
