import { appendFile } from 'node:fs/promises'
import { mergeReports, type ReconcileReport } from 'dynamodb-stream-sync'
import { driftFile } from './wiring/drift-file.ts'
import { partKey } from './wiring/part-key.ts'
import { keepReport, kept, publishSummary } from './wiring/report-store.ts'

interface Run {
  readonly run: string
  readonly count: number
}

/** The reports of all shares as one. */
export const handler = async ({ run, count }: Run) => {
  const drifts = driftFile()
  await drifts.clear()
  const parts: ReconcileReport<unknown>[] = []
  for (let index = 0; index < count; index++) {
    parts.push(JSON.parse(await part(`${partKey(run, index)}.json`)) as ReconcileReport<unknown>) // mergeReports checks it
    await appendFile(drifts.file, await part(`${partKey(run, index)}.jsonl`))
  }
  const report = mergeReports(parts)
  const key = await keepReport(report, drifts.file)
  await publishSummary(report)
  return { report: key, verdict: report.verdict }
}

async function part(key: string): Promise<string> {
  const text = await kept(key)
  if (text === undefined) throw new Error(`There is no ${key}: a share of this run is missing.`)
  return text
}
