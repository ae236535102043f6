import { SnapshotError } from '../../errors.ts'
import type { RowFormat } from '../../files/bytes-parser.ts'
import { markBytes } from '../../files/file-text.ts'
import { lineName } from '../../files/line-name.ts'
import type { EntryMaker } from '../../rows/entry-maker.ts'
import { located } from '../../rows/located.ts'
import { readCells, tooLong } from './cells.ts'
import { checkHeader } from './header.ts'
import { itemMaker, type ItemOf } from './item-of.ts'
import type { CsvSettings } from './settings.ts'

export interface CsvRows extends Omit<CsvSettings, 'order'> {
  readonly entryOf: EntryMaker<Readonly<Record<string, unknown>>>
}

/** Rows of cells, each an item by the names of the columns. */
export function csvRows({ file, header, numbers, needed, maxBytes, entryOf, ...format }: CsvRows): RowFormat {
  let columns = header
  let itemOf: ItemOf | undefined = header && itemMaker(header, numbers)
  let line = 1
  const refused = (at: number, problem: string): SnapshotError => new SnapshotError(`${lineName(file, at)} ${problem}`)
  const cellFormat = { ...format, maxBytes, refused }

  return {
    maxBytes,
    tooLong: () => refused(line, tooLong(maxBytes)),
    read(bytes, isLast, entries) {
      const from = line === 1 ? markBytes(bytes, file) : 0
      const { rows, lines, end, nextLine } = readCells({ bytes, from, line, isLast }, cellFormat)
      line = nextLine
      for (const [index, cells] of rows.entries()) {
        const at = lines[index] ?? line
        if (!columns || !itemOf) {
          checkHeader(lineName(file, at), cells, needed)
          columns = cells
          itemOf = itemMaker(cells, numbers)
          continue
        }
        if (cells.length !== columns.length) throw refused(at, wrongCount(cells.length, columns.length))
        try {
          const entry = entryOf(itemOf(cells))
          if (entry !== undefined) entries.push(entry)
        } catch (error) {
          throw located(lineName(file, at), error)
        }
      }
      if (isLast && !columns)
        throw new SnapshotError(`${file} is empty: its header line is missing. A place that holds nothing has it too.`)
      return end
    },
  }
}

function wrongCount(cells: number, columns: number): string {
  return `has ${cells} cells where there are ${columns} columns. Quote a cell that holds the delimiter; see that the file is whole.`
}
