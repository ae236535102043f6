import { openDuckDb, type DuckDb, type DuckDbOptions } from '../duckdb/open-duckdb.ts'
import { placeProblem } from '../duckdb/problem.ts'
import { describePlaces, type Described, type PlaceToCompare } from './pushdown/places.ts'
import { checkKeys, makeTables, markBuckets, markSuspects, putAside, sumUp } from './pushdown/statements.ts'
import { suspectKeys, type SuspectKey } from './pushdown/suspect-keys.ts'

/** What is compared in DuckDB. */
export interface RelationsToCompare {
  /** The source's rows as a table expression of DuckDB: a snapshot's `relation`. */
  readonly source: string
  /** Each warehouse's, by its name. */
  readonly warehouses: Readonly<Record<string, string>>
  /** The item's key attributes, one or two. */
  readonly key: readonly string[]
  /** The attributes that are compared. Undefined: every one that the source has. */
  readonly fields?: readonly string[] | undefined
  /** Only keys above this one, and up to that one; for a key of one text alone. */
  readonly after?: string | undefined
  readonly until?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly limits?: Pick<DuckDbOptions, 'memoryLimit' | 'threads' | 'tempDirectory'> | undefined
}

/** What came of it. Whoever asked for it closes it. */
export interface RelationComparison {
  /**
   * Keys that every place holds once, with equal content: at each warehouse they are so many rows, expected, keys, and
   * equal. They are not among the suspects.
   */
  readonly equalKeys: number
  /**
   * Every other key, in the order of key texts, about 1,000 at a time, with whole rows of all places. Some may be equal
   * after all. To be called once.
   */
  readonly suspects: () => AsyncGenerator<readonly SuspectKey[], void, undefined>
  readonly close: () => Promise<void>
}

/** Runs what concerns one place, so that an error names it. */
export type At = <T>(place: PlaceToCompare | undefined, work: () => Promise<T>) => Promise<T>

/**
 * Compares places where they are, in DuckDB, and takes out only the keys whose rows differ, or come twice.
 *
 * Rows are not joined. Keys fall into 16,384 buckets by their hash; of each place and bucket the rows are counted, and the
 * hashes of their content combined. Buckets that are the same at all places hold the same rows, but for a chance of 2^-64
 * for each that does not. Only the others are looked at row by row. Memory does not grow with the number of rows, and
 * copies of a key are not multiplied with each other.
 *
 * @throws SnapshotError for a place that cannot be read, holds rows without key, or lacks a key column or has it in another
 * type; ConfigError where DuckDB is not installed; the signal's reason once it has aborted.
 */
export async function compareRelations(given: RelationsToCompare): Promise<RelationComparison> {
  const { signal, limits } = given
  const duck = await openDuckDb('compare files where they are', { ...limits, signal })
  const at: At = async (place, work) => {
    try {
      return await work()
    } catch (error) {
      throw placeProblem(place ? `"${place.name}" (${place.relation})` : 'What the places hold', error, signal)
    }
  }
  try {
    const described = await describePlaces(duck, given, at)
    const { equalKeys, suspectRows } = await look(duck, described, at)
    return { equalKeys, suspects: () => suspectKeys(duck, described, suspectRows, at), close: duck.close }
  } catch (error) {
    await duck.close()
    throw error
  }
}

async function look(
  duck: DuckDb,
  described: Described,
  at: At,
): Promise<{ readonly equalKeys: number; readonly suspectRows: number }> {
  const { places } = described
  await at(undefined, () => makeTables(duck, described))
  for (const place of places) await at(place, () => checkKeys(duck, place))
  for (const place of places) await at(place, () => sumUp(duck, place))
  await at(undefined, () => markBuckets(duck, described))
  for (const place of places) await at(place, () => putAside(duck, described, place))
  return at(undefined, () => markSuspects(duck, described))
}
