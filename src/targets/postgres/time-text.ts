import { TargetRejectedError } from '../../errors.ts'
import type { Writing } from './column-text.ts'
import { checkedText } from './checked-text.ts'
import type { TableColumn } from './table.ts'

const clock = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d'

/** Texts that are read as they were written; the server keeps six digits of a second. */
const exact = {
  instant: new RegExp(`^\\d{4}-\\d\\d-\\d\\dT${clock}\\.\\d{3}(?:\\d{0,2}[1-9])?Z$`),
  timestamp: new RegExp(`^\\d{4}-\\d\\d-\\d\\dT${clock}(?:\\.\\d{0,5}[1-9])?$`),
  date: /^\d{4}-\d\d-\d\d$/,
}

const example = {
  instant: 'as of toISOString()',
  timestamp: 'such as 2026-03-01T10:00:00',
  date: 'such as 2026-03-01',
}

/** A point in time as a text. A `Date` is one for a column with a time zone. Undefined for what is none. */
export function timeText(value: unknown, column: TableColumn, { where, isExact }: Writing): string | undefined {
  const { kind, modifier } = column
  if (value instanceof Date && kind === 'instant') {
    if (Number.isNaN(value.getTime())) throw new TargetRejectedError(`${where} is a Date that is none.`)
    return value.toISOString()
  }
  if (typeof value !== 'string') return undefined
  if (!isExact || !(kind === 'instant' || kind === 'timestamp' || kind === 'date')) return checkedText(value, where)
  const fraction = /\.(\d*?)0*Z?$/.exec(value)?.[1] ?? ''
  if (!exact[kind].test(value) || (modifier >= 0 && fraction.length > modifier))
    throw new TargetRejectedError(
      `${where} would be read as another text: its column is ${column.type}. Give it ${example[kind]}, or make its column text.`,
    )
  return value
}
