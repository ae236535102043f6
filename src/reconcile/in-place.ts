import { isAsStored } from '../core/as-stored.ts'
import { compare, type Batch } from './compare.ts'
import { compareGroup, type Comparing, type Verdicts } from './group.ts'
import type { SnapshotLike } from './options.ts'
import type { RelationComparison } from './pushdown.ts'
import type { SuspectKey } from './pushdown/suspect-keys.ts'
import { isSnapshot } from './reading/open-pages.ts'
import type { Run } from './run.ts'
import type { FirstLook, Places } from './walk-equal.ts'

/** What DuckDB can read by itself, of every place. */
export interface Relations {
  readonly source: string
  readonly warehouses: Readonly<Record<string, string>>
}

/**
 * The places as relations, where DuckDB alone can tell which rows are equal: all of them have one, rows are compared as
 * they are stored, attribute by attribute, every item belongs everywhere, and no part of the keys is asked for.
 */
export function relationsOf<Item>(given: Run<Item>, after: string | undefined): Relations | undefined {
  const { source, warehouses, settings, partition } = given
  const { sync, byAttributes, rule } = settings
  const isWhole = after === undefined && partition === undefined && warehouses.every(({ accepts }) => !accepts)
  if (!isWhole || !byAttributes || rule || !isAsStored(sync.item.schema)) return undefined
  const held = warehouses.map(({ name, snapshot }) => [name, relationOf(snapshot)] as const)
  const first = relationOf(source)
  if (first === undefined || !held.every(isRelation)) return undefined
  return { source: first, warehouses: Object.fromEntries(held) }
}

function relationOf<Item>(place: SnapshotLike<Item>): string | undefined {
  return isSnapshot(place) ? place.relation : undefined
}

function isRelation(named: readonly [string, string | undefined]): named is readonly [string, string] {
  return typeof named[1] === 'string'
}

/**
 * Leaves the comparison to DuckDB, and yields what it suspects, judged once more by the library's own rules. Where DuckDB
 * cannot compare the places, they are read row by row like any others, which says what is wrong with them.
 */
export async function* compareInPlace<Item>(
  given: Run<Item>,
  relations: Relations,
  places: Places,
  comparing: Comparing<Item>,
  look: FirstLook,
  stop: { readonly batchPairs: number; readonly isOver: () => boolean },
): AsyncGenerator<Batch<Item>> {
  const comparison = await comparisonOf(given, relations)
  if (!comparison) {
    yield* compare(places, comparing, look, stop)
    return
  }
  const readers = [places.source, ...places.held]
  try {
    countEqual(comparison.equalKeys, comparing, look)
    for await (const suspects of comparison.suspects()) {
      if (stop.isOver()) return
      yield { ...judged(suspects, comparing, look), upTo: undefined }
    }
    look.finished = true
    for (const reader of readers) reader.complete = true
  } catch (error) {
    if (given.invocation.cut.hasEnded()) return
    look.finished = true // they broke off: no more time would help
    for (const reader of readers) reader.error = error
  } finally {
    for (const reader of readers) reader.ended = look.finished
    await comparison.close()
  }
}

/** Undefined: they cannot be compared so. */
async function comparisonOf<Item>(
  { settings, invocation }: Run<Item>,
  relations: Relations,
): Promise<RelationComparison | undefined> {
  const { sync } = settings
  const { compareRelations } = await import('./pushdown.ts') // loaded where it is needed, as DuckDB itself
  const rules = { key: sync.keyNames, fields: sync.item.fields, signal: invocation.cut.signal() }
  try {
    return await compareRelations({ ...relations, ...rules })
  } catch (error) {
    if (!invocation.cut.hasEnded())
      sync.logger.warn('The files are read row by row: DuckDB could not compare them.', {
        reason: error instanceof Error ? error.name : typeof error,
      })
    return undefined
  }
}

/** Keys that every place holds once, with equal content. */
function countEqual<Item>(keys: number, { tallies }: Comparing<Item>, look: FirstLook): void {
  look.sourceRows += keys
  for (const tally of tallies) {
    tally.rows += keys
    tally.parts.both.expected += keys
    tally.parts.both.keys += keys
  }
}

function judged<Item>(
  suspects: readonly SuspectKey[],
  comparing: Comparing<Item>,
  look: FirstLook,
): Omit<Batch<Item>, 'upTo'> {
  const verdicts: Verdicts<Item> = { suspects: [], duplicates: [], invalid: 0 }
  for (const { key, source, held } of suspects) {
    if (source.entry) look.sourceRows++
    compareGroup(key, source, held, comparing, verdicts)
  }
  return verdicts
}
