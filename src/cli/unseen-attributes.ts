import { openDuckDb } from '../duckdb/open-duckdb.ts'
import { quoteName } from '../duckdb/quote.ts'
import { columnsOf } from '../duckdb/read-rows.ts'

/** Which of these attributes no row of a table expression has; none where there is no row. */
export async function unseenAttributes(
  relation: string,
  attributes: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const duck = await openDuckDb('look at what rows have', { signal })
  const isAnyRow = async (where: string): Promise<boolean> => {
    const { result } = await duck.stream(`SELECT 1 FROM ${relation}${where} LIMIT 1`)
    return (await result.getRows()).length > 0
  }
  try {
    if (!(await isAnyRow(''))) return []
    const columns = (await columnsOf(duck, relation)).map(({ name }) => name)
    const unseen: string[] = []
    for (const name of attributes)
      if (!columns.includes(name) || !(await isAnyRow(` WHERE ${quoteName(name)} IS NOT NULL`))) unseen.push(name)
    return unseen
  } finally {
    await duck.close()
  }
}
