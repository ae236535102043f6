import type { DuckDb } from '../../duckdb/open-duckdb.ts'
import { quoteName } from '../../duckdb/quote.ts'
import { SnapshotError } from '../../errors.ts'
import type { Described, DescribedPlace } from './places.ts'

const list = (parts: readonly string[]): string => parts.join(', ')
const numbered = (letter: string, parts: readonly unknown[]): readonly string[] => parts.map((_, n) => `${letter}${n}`)
const as = (parts: readonly string[], letter: string): readonly string[] =>
  parts.map((sql, n) => `${sql} AS ${letter}${n}`)

/** The keys of all places have the same names in every table here. */
export const keyColumns = ({ key }: Pick<Described, 'key'>): string => list(numbered('k', key))

/** A place's columns under the names that they have in every table here. */
export function attributeColumns({ attributes }: Described, place: DescribedPlace): readonly string[] {
  return place.attributes.map((index) => `${quoteName(attributes[index]?.name ?? '')} AS a${index}`)
}

/** Of 16,384: few enough for their counts to stay in a processor's cache, and enough to leave most rows alone. */
const bucket = '(key_hash >> 50)::USMALLINT'

/** A place's rows with the hash of their key, and what else is asked for. */
function hashed({ relation, keys, where }: DescribedPlace, more: readonly string[]): string {
  return `(SELECT ${list([`hash(${list(keys)}) AS key_hash`, ...more])} FROM ${relation}${where})`
}

/**
 * What a row holds as a number, which is the same at every place. Hashed once more: in a hash of several values the last
 * one is only XORed, and the same change to two rows would cancel out.
 */
function contentHash({ compared }: DescribedPlace): string {
  return `hash(hash(${list(['key_hash', ...numbered('v', compared)])}))`
}

export async function makeTables(duck: DuckDb, described: Described): Promise<void> {
  await duck.run('SET perfect_ht_threshold = 17') // an array of buckets in place of a hash table
  await duck.run('CREATE TEMP TABLE sums (place USMALLINT, bucket USMALLINT, row_count BIGINT, combined UBIGINT)')
  await duck.run('CREATE TEMP TABLE source (key_hash UBIGINT, content UBIGINT)')
  await duck.run('CREATE TEMP TABLE buckets (bucket USMALLINT)')
  const empty = described.places.map((place) => `(${candidates(described, place, '')} LIMIT 0)`)
  await duck.run(`CREATE TEMP TABLE candidates AS ${empty.join(' UNION ALL BY NAME ')}`)
}

/** A place's rows as they are put aside: with all attributes only where there is little more than what is compared. */
function candidates(described: Described, place: DescribedPlace, only: string): string {
  const attributes = described.isNarrow ? attributeColumns(described, place) : []
  const from = hashed(place, [...as(place.keys, 'k'), ...as(place.compared, 'v'), ...attributes])
  const kept = described.isNarrow ? place.attributes.map((index) => `a${index}`) : []
  const own = [`${place.index}::USMALLINT AS place`, `${contentHash(place)} AS content`]
  return `SELECT ${list([...own, ...numbered('k', place.keys), ...kept])} FROM ${from}${only}`
}

/** @throws SnapshotError for rows without a key. What a file says of its columns answers that as a rule. */
export async function checkKeys(duck: DuckDb, { name, relation, keyless }: DescribedPlace): Promise<void> {
  for (const test of keyless) {
    const { result } = await duck.stream(`SELECT 1 FROM ${relation} WHERE ${test} LIMIT 1`)
    if ((await result.getRows()).length === 0) continue
    throw new SnapshotError(`"${name}" holds rows without a key. Leave them out, or give them one.`)
  }
}

/**
 * Counts a place's rows in each bucket, and combines their hashes. Rows that come twice cancel each other out; but where
 * the source holds no key twice, as many rows with the same combination are the same rows.
 */
export async function sumUp(duck: DuckDb, place: DescribedPlace): Promise<void> {
  const rows = `SELECT key_hash, ${contentHash(place)} AS content FROM ${hashed(place, as(place.compared, 'v'))}`
  const isSource = place.index === 0
  if (isSource) await duck.run(`INSERT INTO source ${rows}`)
  await duck.run(
    `INSERT INTO sums SELECT ${place.index}, ${bucket} AS bucket, count(*), bit_xor(content)
     FROM ${isSource ? 'source' : `(${rows})`} GROUP BY bucket`,
  )
}

/** Marks the buckets that are not the same everywhere, and those in which the source holds a key twice. */
export async function markBuckets(duck: DuckDb, { places }: Described): Promise<void> {
  await duck.run(
    `INSERT INTO buckets SELECT bucket FROM sums GROUP BY bucket
     HAVING count(*) <> ${places.length} OR min(row_count) <> max(row_count) OR min(combined) <> max(combined)`,
  )
  await duck.run(
    `INSERT INTO buckets SELECT ${bucket} FROM
     (SELECT key_hash, lag(key_hash) OVER (ORDER BY key_hash) AS previous FROM source) WHERE key_hash = previous`,
  )
  await duck.run('DROP TABLE source')
}

/** Puts aside what a place holds in the marked buckets. */
export async function putAside(duck: DuckDb, described: Described, place: DescribedPlace): Promise<void> {
  const rows = candidates(described, place, ` SEMI JOIN buckets ON bucket = ${bucket}`)
  await duck.run(`INSERT INTO candidates BY NAME ${rows}`)
}

/** Marks the keys that are not there once, with the same content, everywhere. */
export async function markSuspects(
  duck: DuckDb,
  described: Described,
): Promise<{ readonly equalKeys: number; readonly suspectRows: number }> {
  const { places } = described
  const keys = keyColumns(described)
  await duck.run(
    `CREATE TEMP TABLE suspects AS SELECT ${keys} FROM candidates GROUP BY ${keys}
     HAVING count(*) <> ${places.length} OR count(DISTINCT place) <> ${places.length} OR min(content) <> max(content)`,
  )
  const { result } = await duck.stream(
    `SELECT place, sum(row_count), coalesce(any_value(suspect_count), 0) FROM sums LEFT JOIN
     (SELECT place, count(*) AS suspect_count FROM candidates SEMI JOIN suspects USING (${keys}) GROUP BY place) USING (place)
     GROUP BY place`,
  )
  const counts = (await result.getRows()).map(([, rows, suspects]) => ({
    rows: Number(rows),
    suspects: Number(suspects),
  }))
  const equal = new Set(counts.map(({ rows, suspects }) => rows - suspects))
  if (equal.size > 1 || (counts.length < places.length && !equal.has(0) && equal.size > 0))
    throw new SnapshotError(
      'The places were written to while they were compared. Compare copies that stay as they are.',
    )
  const [equalKeys = 0] = equal
  return { equalKeys, suspectRows: counts.reduce((sum, { suspects }) => sum + suspects, 0) }
}
