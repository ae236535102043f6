import { isAscii } from 'node:buffer'
import type { SnapshotError } from '../../errors.ts'
import { type FileEncoding, textOf } from '../../files/file-text.ts'
import { type QuotedRow, quotedRows } from './quoted-rows.ts'
import { rowSpans } from './row-spans.ts'

export interface CellFormat {
  readonly delimiter: string
  readonly encoding: FileEncoding
  readonly maxBytes: number
  /** What the row does wrong that begins on a line. */
  readonly refused: (line: number, problem: string) => SnapshotError
}

/** Rows as their cells. */
export interface Cells {
  readonly rows: readonly (readonly string[])[]
  /** On which line each of them begins. */
  readonly lines: readonly number[]
  /** Where the first begins that is no whole row. */
  readonly end: number
  /** Its line. */
  readonly nextLine: number
}

const carriageReturn = 0x0d

/** Reads whole rows: splits those without quotes, and leaves the others to csv-parse. Empty lines are passed over. */
export function readCells(
  { bytes, from, line, isLast }: { bytes: Buffer; from: number; line: number; isLast: boolean },
  { delimiter, encoding, maxBytes, refused }: CellFormat,
): Cells {
  const rows: (readonly string[])[] = []
  const lines: number[] = []
  const quoted: QuotedRow[] = []
  const ascii = isAscii(bytes)
  let nextLine = line
  // A text of its own for each row: a part of a longer one would keep all of that in memory.
  const text = (start: number, end: number): string => {
    const one = ascii ? bytes.toString('latin1', start, end) : textOf(bytes.subarray(start, end), encoding)
    if (one !== undefined) return one
    throw refused(nextLine, "is no UTF-8. Save the file as UTF-8, or give encoding: 'windows-1252' if it is that.")
  }
  const end = rowSpans(bytes, from, isLast, (start, rowEnd, hasQuotes) => {
    if (rowEnd - start > maxBytes) throw refused(nextLine, tooLong(maxBytes))
    const trimmed = bytes[rowEnd - 1] === carriageReturn && rowEnd > start ? rowEnd - 1 : rowEnd
    if (trimmed > start) {
      const row = text(start, trimmed)
      lines.push(nextLine)
      if (hasQuotes) {
        quoted.push({ index: rows.length, text: `${row}\n` })
        nextLine += row.split('\n').length - 1
      }
      rows.push(hasQuotes ? [] : row.split(delimiter))
    }
    nextLine++
  })
  for (const [at, cells] of quotedRows(quoted, delimiter).entries()) {
    const { index } = quoted[at] as QuotedRow // as many as were given
    if (!cells) throw refused(lines[index] ?? line, misplacedQuote)
    rows[index] = cells
  }
  return { rows, lines, end, nextLine }
}

const misplacedQuote =
  'has a quote where none may be, or one too few. Quote the whole cell, and double the quotes in it.'

export function tooLong(maxBytes: number): string {
  return `is longer than ${maxBytes} bytes. Is a closing quote missing? Else raise maxRowBytes.`
}
