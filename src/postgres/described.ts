import { TargetUnavailableError } from '../errors.ts'
import { columnsIn, type Column } from './column.ts'
import type { OwnColumns } from './check-options.ts'
import type { Run } from './transaction.ts'

/** The columns of a table, or of a query in brackets. No row is read. */
export async function describe(run: Run, source: string, values?: readonly unknown[]): Promise<readonly Column[]> {
  const { fields } = await run(`SELECT * FROM ${source} AS held LIMIT 0`, values)
  return columnsIn(fields)
}

/** The columns of these names, in their order. @throws TargetUnavailableError for one that is not there. */
export function named(names: Iterable<string>, columns: readonly Column[], remedy: string): readonly Column[] {
  return [...names].map((name) => {
    const column = columns.find((one) => one.name === name)
    if (column) return column
    throw new TargetUnavailableError(`There is no column ${JSON.stringify(name)}. ${remedy}`)
  })
}

/** @throws TargetUnavailableError for columns of the library that are of another type: then they are somebody else's. */
export function checkOwn(columns: readonly Column[], { versionColumn, removedColumn }: OwnColumns): void {
  const expected = {
    [versionColumn]: ['text', 'versionColumn'],
    [removedColumn]: ['boolean', 'removedColumn'],
  } as const
  for (const { name, kind } of columns) {
    const [type, option] = Object.hasOwn(expected, name) ? (expected[name] ?? []) : []
    if (type !== undefined && kind !== type)
      throw new TargetUnavailableError(
        `The column ${JSON.stringify(name)} is not of type ${type}, and so not the library's. Set the option ${option}.`,
      )
  }
}
