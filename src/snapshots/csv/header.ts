import { SnapshotError } from '../../errors.ts'
import { columnsProblem, likelyDelimiter } from './columns.ts'

/** Checks the names that a header line gives to the columns; `where` it stands. @throws SnapshotError. */
export function checkHeader(where: string, names: readonly string[], needed: readonly string[]): void {
  const problem = columnsProblem(names)
  if (problem !== undefined)
    throw new SnapshotError(`${where} ${problem} If it is no header, name the columns by the option header.`)
  const missing = needed.find((name) => !names.includes(name))
  const delimiter = likelyDelimiter(names)
  if (delimiter !== undefined)
    throw new SnapshotError(
      `${where} names one column only. Give delimiter: ${JSON.stringify(delimiter)} if that is what stands between two.`,
    )
  if (missing === undefined) return
  throw new SnapshotError(
    `${where} is the header, and names no column ${JSON.stringify(missing)}. If it is none, name the columns by the option header.`,
  )
}
