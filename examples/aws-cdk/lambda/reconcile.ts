import { kept, keepReport, publishSummary, put } from './wiring/report-store.ts'
import { tableReconcile } from './wiring/table-reconcile.ts'
import { whenReady } from './wiring/when-ready.ts'

const cursorKey = 'state/resume-from.txt'

/** The whole table in one run. What a run does not come to before its time is up, the next one begins with. */
export const handler = whenReady(async () => {
  const { run, drifts } = await tableReconcile()
  return async (_event: unknown, context) => {
    await drifts.clear()
    const resumeFrom = await kept(cursorKey)
    const report = await run(resumeFrom ? { resumeFrom } : {}, context)
    const key = await keepReport(report, drifts.file)
    await put(cursorKey, 'text/plain; charset=utf-8', report.resumeFrom ?? '')
    await publishSummary(report)
    return { report: key, verdict: report.verdict, resumeFrom: report.resumeFrom }
  }
})
