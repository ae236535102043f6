import { tableNumber } from '../../core/table-number.ts'
import { SnapshotError } from '../../errors.ts'

/** Makes a row's cells attributes, by the names of their columns. @throws SnapshotError for a number that is none. */
export type ItemOf = (cells: readonly string[]) => Readonly<Record<string, unknown>>

export function itemMaker(columns: readonly string[], numbers: readonly string[]): ItemOf {
  const isNumber = columns.map((name) => numbers.includes(name))
  return (cells) => {
    const item: Record<string, unknown> = {}
    for (let index = 0; index < columns.length; index++) {
      const name = columns[index] ?? ''
      const cell = cells[index] ?? ''
      if (isNumber[index] !== true) item[name] = cell
      else if (cell !== '') item[name] = numberOf(cell, name)
    }
    return item
  }
}

function numberOf(cell: string, name: string): unknown {
  try {
    return tableNumber(cell.trim())
  } catch {
    throw new SnapshotError(
      `holds no number in its column ${JSON.stringify(name)}. Correct it, or give row to read it otherwise.`,
    )
  }
}
