import { openDuckDb, type DuckDb } from '../../duckdb/open-duckdb.ts'
import { checkSameColumns } from '../../duckdb/parquet-files.ts'
import { placeProblem } from '../../duckdb/problem.ts'
import { quoteName } from '../../duckdb/quote.ts'
import { columnsOf, itemsOf, type Column, type ReadColumn } from '../../duckdb/read-rows.ts'
import { SnapshotError } from '../../errors.ts'
import type { SnapshotContext, SnapshotEntry, SnapshotSummary } from '../../ports/snapshot.ts'
import { located } from '../../rows/located.ts'
import { filesNow } from './files.ts'
import type { ParquetSettings } from './settings.ts'

type Pages = AsyncGenerator<readonly SnapshotEntry[], SnapshotSummary, undefined>

/** All rows, about 2,000 at a time. @throws SnapshotError for files that cannot be read to their end. */
export async function* parquetPages(settings: ParquetSettings, context: SnapshotContext): Pages {
  const { signal } = context
  const place = settings.files.slice(0, 3).join(', ') + (settings.files.length > 3 ? ', …' : '')
  const duck = await openDuckDb('read Parquet files', { ...settings.limits, signal })
  try {
    return yield* rowsOf(duck, settings, context)
  } catch (error) {
    throw error instanceof SnapshotError ? located(`${place}:`, error) : placeProblem(place, error, signal)
  } finally {
    await duck.close()
  }
}

async function* rowsOf(duck: DuckDb, settings: ParquetSettings, context: SnapshotContext): Pages {
  const { files, relation, entryOf } = settings
  const { oldest, newest, state } = await filesNow(duck, files)
  await checkSameColumns(duck, relation)
  const columns = await columnsOf(duck, relation)
  const read = columns.map(readable)
  const { order, isText } = entryOf ? { order: '', isText: false } : orderOf(columns, settings.key)
  const { where, values } = wanted(context, isText ? settings.key[0] : undefined)
  const from = `FROM ${relation} AS one_row${where}`
  const count = await countOf(duck, from, values)
  const { chunks } = await duck.stream(`SELECT * ${from}${order}`, values)
  let [seen, given] = [0, 0]
  for await (const chunk of chunks()) {
    const page = entriesOf(itemsOf(chunk, read), entryOf)
    seen += chunk.rowCount
    given += page.length
    if (page.length > 0) yield page
  }
  // An answer that is read while it is made ends without an error where memory or disk runs out.
  if (seen < count)
    throw new SnapshotError(
      `${count} rows were expected, and ${seen} came. Give a higher \`memoryLimit\`, or more disk.`,
    )
  if ((await filesNow(duck, files)).state !== state)
    throw new SnapshotError(
      'It was written to while it was read. Write it under another name, and rename it once it is whole.',
    )
  return { startedAt: oldest, endedAt: newest, complete: true, rows: given }
}

function entriesOf(
  items: readonly Record<string, unknown>[],
  entryOf: ParquetSettings['entryOf'],
): readonly SnapshotEntry[] {
  if (!entryOf) return items.map((item) => ({ item }))
  try {
    return items.flatMap((item) => entryOf(item) ?? [])
  } catch (error) {
    throw located('A row', error)
  }
}

function readable({ name, type, read }: Column, index: number): ReadColumn {
  if (read) return { index, name, read }
  throw new SnapshotError(
    `The column ${JSON.stringify(name)} has the type ${String(type)}, which has no form in an item. Name the columns to read in \`columns\`.`,
  )
}

/** The types in whose order key texts are in the order of their bytes. */
const sortable =
  /^(?:VARCHAR|(?:U?(?:TINY|SMALL|BIG|HUGE)|U)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(\d+, ?\d+\)|BLOB|DATE|TIMESTAMP(?:_\w+| WITH TIME ZONE)?|UUID)$/

function orderOf(columns: readonly Column[], key: readonly string[]): { order: string; isText: boolean } {
  const types = key.map((name) => {
    const type = String(columns.find((column) => column.name === name)?.type ?? '')
    if (type === '')
      throw new SnapshotError(
        `There is no column ${JSON.stringify(name)}, which is the key. There are ${columns.map((column) => column.name).join(', ')}; \`columns\` can rename them.`,
      )
    if (sortable.test(type)) return type
    throw new SnapshotError(
      `The key column ${JSON.stringify(name)} has the type ${type}, which is no key. Write it as text.`,
    )
  })
  const terms = key.map((name, index) => orderBy(quoteName(name), types[index] ?? ''))
  return { order: ` ORDER BY ${terms.join(', ')}`, isText: types.length === 1 && types[0] === 'VARCHAR' }
}

/** The `Z` at the end of an instant stands after any further digit of its second. */
function orderBy(column: string, type: string): string {
  if (type !== 'TIMESTAMP WITH TIME ZONE') return column
  const rest = `((epoch_us(${column}) % 1000 + 1000) % 1000)`
  return `epoch_us(${column}) - ${rest}, ${rest} = 0, ${column}`
}

/** Only the rows that are asked for; a partition's are those of a share of all hashes. */
function wanted(
  { after, until, partition }: SnapshotContext,
  textKey: string | undefined,
): { where: string; values: string[] } {
  const key = textKey === undefined ? undefined : quoteName(textKey)
  const bounds = [
    { operator: '>', bound: after },
    { operator: '<=', bound: until },
  ].flatMap(({ operator, bound }) => (bound === undefined || key === undefined ? [] : [{ operator, bound }]))
  // A row without key is wanted in every range: whoever reads must be told of it.
  const tests = bounds.map(({ operator }, index) => `(${key} ${operator} $${index + 1} OR ${key} IS NULL)`)
  if (partition && partition.count > 1) tests.push(`hash(one_row) % ${partition.count} = ${partition.index}`)
  return { where: tests.length > 0 ? ` WHERE ${tests.join(' AND ')}` : '', values: bounds.map(({ bound }) => bound) }
}

async function countOf(duck: DuckDb, from: string, values: string[]): Promise<number> {
  const { result } = await duck.stream(`SELECT count(*) ${from}`, values)
  const [[count] = []] = await result.getRows()
  return Number(count)
}
