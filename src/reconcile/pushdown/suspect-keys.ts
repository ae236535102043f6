import { keyText } from '../../core/key.ts'
import type { DuckDb, DuckDbChunk } from '../../duckdb/open-duckdb.ts'
import { itemsOf } from '../../duckdb/read-rows.ts'
import { SnapshotError } from '../../errors.ts'
import type { Given } from '../group.ts'
import type { At } from '../pushdown.ts'
import type { Described, DescribedPlace } from './places.ts'
import { attributeColumns, keyColumns } from './statements.ts'

/** A key, and what each place holds under it; of a key that comes twice, one of the rows. */
export interface SuspectKey {
  readonly key: string
  readonly source: Given
  /** One for each warehouse, in their order. */
  readonly held: readonly Given[]
}

const keysOfBatch = 1_000
const nothing: Given = { entry: undefined, duplicate: false, isKnown: true }

/** Reads the suspects key by key. `rows`: how many rows there are. */
export async function* suspectKeys(
  duck: DuckDb,
  described: Described,
  rows: number,
  at: At,
): AsyncGenerator<readonly SuspectKey[], void, undefined> {
  if (rows === 0) return
  const { key, attributes, places } = described
  const read = attributes.map(({ name, read: value }, index) => ({ index: index + 1, name, read: value }))
  let seen = 0
  let current: OneKey | undefined
  let batch: SuspectKey[] = []
  for await (const chunk of chunksOf(duck, described, at)) {
    const indices = chunk.getColumnValues(0)
    for (const [row, item] of itemsOf(chunk, read).entries()) {
      const text = keyText(key, item)
      if (text !== current?.key) {
        if (current) batch.push(suspect(current))
        current = { key: text, given: places.map(() => nothing) }
      }
      const place = Number(indices[row])
      current.given[place] = { entry: { item }, duplicate: current.given[place] !== nothing, isKnown: true }
    }
    seen += chunk.rowCount
    if (batch.length < keysOfBatch) continue
    yield batch
    batch = []
  }
  // An answer that is read while it is made ends without an error where memory or disk runs out.
  if (seen < rows)
    throw new SnapshotError(`${rows} rows differ, and ${seen} came. Give a higher \`memoryLimit\`, or more disk.`)
  if (current) yield [...batch, suspect(current)]
}

interface OneKey {
  readonly key: string
  readonly given: Given[]
}

async function* chunksOf(duck: DuckDb, described: Described, at: At): AsyncGenerator<DuckDbChunk> {
  const { chunks } = await at(undefined, () => duck.stream(statement(described)))
  const reader = chunks()
  for (;;) {
    const next = await at(undefined, () => reader.next())
    if (next.done === true) return
    yield next.value
  }
}

function suspect({ key, given: [source = nothing, ...held] }: OneKey): SuspectKey {
  return { key, source, held }
}

function statement(described: Described): string {
  const keys = keyColumns(described)
  const columns = ['place', ...described.attributes.map((_, index) => `a${index}`)].join(', ')
  const from = described.isNarrow
    ? `candidates SEMI JOIN suspects USING (${keys})`
    : `(${described.places.map((place) => `SELECT * FROM ${wholeRows(described, place)} SEMI JOIN suspects USING (${keys})`).join(' UNION ALL BY NAME ')})`
  return `SELECT ${columns} FROM ${from} ORDER BY ${keys}, place`
}

function wholeRows(described: Described, place: DescribedPlace): string {
  const keys = place.keys.map((sql, n) => `${sql} AS k${n}`)
  const columns = [`${place.index} AS place`, ...keys, ...attributeColumns(described, place)].join(', ')
  return `(SELECT ${columns} FROM ${place.relation}${place.where})`
}
