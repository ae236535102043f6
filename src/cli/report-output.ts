import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Drift, ReconcileReport } from '../reconcile/report.ts'
import { driftLines, reportJson, reportJsonl } from '../reconcile/report-json.ts'
import { reportHtml } from '../reconcile/report-html.ts'
import { reportText } from '../reconcile/report-text.ts'
import type { ReconcileCommand } from './arguments.ts'
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
  const [page, lines] = [await opened('--html', html), await opened('--jsonl', jsonl)]
  const spool = jsonl === undefined ? undefined : await driftSpool()
  const open = [page, lines].filter((file) => file !== undefined)
  const isTaken = json || jsonl === '-' || html === '-'
  return {
    onDrift: spool?.onDrift,
    async write(report) {
      if (html !== undefined) await (page?.write ?? terminal.out)(reportHtml(report))
      if (spool) await writeLines(report, spool, lines?.write ?? terminal.out)
      for (const file of open) await file.keep()
      if (json) await terminal.out(`${reportJson(report)}\n`)
      if (!isTaken) await terminal.out(reportText(report, look(terminal)))
      await spool?.drop()
    },
    async drop() {
      for (const file of open) await file.drop()
      await spool?.drop()
    },
  }
}

async function opened(option: string, path: string | undefined): Promise<OutputFile | undefined> {
  return path === undefined || path === '-' ? undefined : outputFile(option, path)
}

/** Colour is for a terminal, and for who does not mind it: https://no-color.org */
function look({ outColumns, environment }: Terminal) {
  const { NO_COLOR: noColor = '', TERM: kind } = environment
  if (outColumns === undefined) return {}
  return { color: noColor === '' && kind !== 'dumb', width: Math.min(Math.max(outColumns, 40), 200) }
}

/** Drift is told while the run goes on, and its lines come after the report's own. */
interface DriftSpool {
  readonly onDrift: (drift: Drift<unknown>) => Promise<void>
  readonly file: OutputFile
  readonly path: string
  readonly drop: () => Promise<void>
}

async function driftSpool(): Promise<DriftSpool> {
  const folder = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-'))
  const path = join(folder, 'drift.jsonl')
  const file = await outputFile('--jsonl', path)
  const drop = () => rm(folder, { recursive: true, force: true })
  return { file, path, onDrift: driftLines((line) => file.write(line)), drop }
}

async function writeLines(
  report: Report,
  { file, path }: DriftSpool,
  write: (text: string) => Promise<void>,
): Promise<void> {
  for await (const line of reportJsonl(report, [])) await write(line)
  await file.keep()
  for await (const chunk of createReadStream(path, 'utf8')) await write(chunk as string)
}
