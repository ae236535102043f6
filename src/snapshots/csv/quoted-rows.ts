import { parse } from 'csv-parse/sync'

/** A row that has quotes, with its line break, and where it belongs among the others. */
export interface QuotedRow {
  readonly index: number
  readonly text: string
}

type Cells = readonly string[]

/** The cells of rows, all read at once; of one that is not as the RFC has it, undefined. */
export function quotedRows(rows: readonly QuotedRow[], delimiter: string): readonly (Cells | undefined)[] {
  if (rows.length === 0) return []
  const all = parsed(rows.map(({ text }) => text).join(''), delimiter)
  if (all?.length === rows.length) return all
  return rows.map(({ text }) => parsed(text, delimiter)?.[0])
}

/** https://csv.js.org/parse/options/ */
function parsed(text: string, delimiter: string): readonly Cells[] | undefined {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true, // counted by who knows the line
    })
  } catch {
    return undefined // its error quotes the row
  }
}
