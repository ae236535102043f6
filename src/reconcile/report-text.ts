import { ConfigError } from '../errors.ts'
import { durationText, timeText } from './report/number-text.ts'
import { paints, type Paints } from './report/paint.ts'
import { kindTable, repairTable, unitTable, worstTable, type ShownTable } from './report/report-tables.ts'
import type { AnyReport } from './report/shown-report.ts'
import { shownText } from './report/shown-text.ts'
import { tableLines } from './report/table.ts'
import { repairWords, rowWords, stopWords, verdictWords } from './report/verdict-words.ts'
import type { ReconcileReport } from './report.ts'

/** How a report is written for a person. */
export interface ReportTextOptions {
  /** Whether a terminal's colours are used. Default false. */
  readonly color?: boolean | undefined
  /** Columns of the terminal, 40 to 1,000. Default 100. Wider tables are cut, and then go on below. */
  readonly width?: number | undefined
}

const defaults = { color: false, width: 100 } as const

/**
 * The report for a person: the verdict in words, why the run stopped and how to go on, then aligned tables of what each
 * warehouse holds by kind, of units and accuracy before and after repairs, of repairs, and of the ten worst items by
 * units. Ends with a line end.
 *
 * Texts from outside, keys above all, are cut where they are long, and escaped where a terminal would obey, hide or
 * reorder them: `\x1b`, `\n`, `\u{202e}`; a backslash is `\\`. East Asian characters and emoji are aligned as two columns.
 *
 * @throws ConfigError for a width that cannot work.
 */
export function reportText<Item, Name extends string>(
  report: ReconcileReport<Item, Name>,
  { color = defaults.color, width = defaults.width }: ReportTextOptions = {},
): string {
  if (!Number.isInteger(width) || width < 40 || width > 1_000)
    throw new ConfigError('width', `${String(width)} does not work. Give a whole number of columns from 40 to 1000.`)
  const given: AnyReport = report
  const paint = paints(color)
  const tables = [kindTable, unitTable, repairTable, worstTable].flatMap((table) => table(given, paint) ?? [])
  const blocks = [
    headLines(given, paint),
    factLines(given, paint),
    ...tables.map((table) => shown(table, paint, width)),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function headLines(report: AnyReport, paint: Paints): readonly string[] {
  const colour = { equal: paint.good, drift: paint.bad, unknown: paint.open }[report.verdict]
  const repairs = repairWords(report)
  return [colour(paint.strong(verdictWords(report))), ...(repairs === undefined ? [] : [repairs]), ...stopWords(report)]
}

function factLines(report: AnyReport, paint: Paints): readonly string[] {
  const { runId, startedAt, endedAt } = report
  const took = durationText(endedAt.getTime() - startedAt.getTime())
  const facts = [
    ['Table', rowWords(report)],
    ['Started', `${timeText(startedAt)}, took ${took}`],
    ['Run', shownText(runId, 60)],
  ] as const
  return facts.map(([name, text]) => `${paint.quiet(name.padEnd(9))}${text}`)
}

function shown({ title, columns, rows }: ShownTable, paint: Paints, width: number): readonly string[] {
  return [paint.strong(title), ...tableLines(columns, rows, width)]
}
