import type { Drift, ReconcileReport } from '../reconcile/report.ts'
import { reportJson } from '../reconcile/report-json.ts'
import { reportHtml } from '../reconcile/report-html.ts'
import { reportText } from '../reconcile/report-text.ts'
import type { ReconcileCommand } from './arguments.ts'
import { driftSpool } from './drift-spool.ts'
import { outputFile, type OutputFile } from './output-file.ts'
import type { Terminal } from './terminal.ts'

type Report = ReconcileReport<unknown>

/** Where a run's report goes. Every file is opened before the run, and appears once it is whole. */
export interface ReportOutput {
  readonly onDrift: ((drift: Drift<unknown>) => Promise<void>) | undefined
  readonly write: (report: Report) => Promise<void>
  /** Takes away what was begun. */
  readonly drop: () => Promise<void>
}

/** @throws ConfigError for a file that cannot be written. */
export async function reportOutput({ json, jsonl, html }: ReconcileCommand, terminal: Terminal): Promise<ReportOutput> {
  const files = await opened({ '--html': html, '--jsonl': jsonl })
  const spool = jsonl === undefined ? undefined : await driftSpool()
  const out = (option: string) => files.get(option)?.write ?? terminal.out
  const isTaken = json || jsonl === '-' || html === '-'
  return {
    onDrift: spool?.onDrift,
    async write(report) {
      if (html !== undefined) await out('--html')(reportHtml(report))
      await spool?.writeInto(report, out('--jsonl'))
      for (const file of files.values()) await file.keep()
      if (json) await terminal.out(`${reportJson(report)}\n`)
      if (!isTaken) await terminal.out(reportText(report, look(terminal)))
    },
    async drop() {
      for (const file of files.values()) await file.drop()
      await spool?.drop()
    },
  }
}

async function opened(paths: Readonly<Record<string, string | undefined>>): Promise<ReadonlyMap<string, OutputFile>> {
  const files = new Map<string, OutputFile>()
  try {
    for (const [option, path] of Object.entries(paths))
      if (path !== undefined && path !== '-') files.set(option, await outputFile(option, path))
    return files
  } catch (error) {
    for (const file of files.values()) await file.drop()
    throw error
  }
}

/** Colour is for a terminal, and for who does not mind it: https://no-color.org */
function look({ outColumns, environment }: Terminal) {
  const { NO_COLOR: noColor = '', TERM: kind } = environment
  if (outColumns === undefined) return {}
  return { color: noColor === '' && kind !== 'dumb', width: Math.min(Math.max(outColumns, 40), 200) }
}
