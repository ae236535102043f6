import { reportJson } from 'dynamodb-stream-sync'
import { partKey } from './wiring/part-key.ts'
import { put, putFile } from './wiring/report-store.ts'
import { tableReconcile } from './wiring/table-reconcile.ts'
import { whenReady } from './wiring/when-ready.ts'

interface Part {
  readonly run: string
  readonly partition: { readonly index: number; readonly count: number }
}

/** One share of the keys. Its report is kept for `merge-reports`; too large a share ends early, and the verdict is `unknown`. */
export const handler = whenReady(async () => {
  const { run, drifts } = await tableReconcile()
  return async ({ run: name, partition }: Part, context) => {
    await drifts.clear()
    const report = await run({ partition }, context)
    await put(`${partKey(name, partition.index)}.json`, 'application/json', reportJson(report))
    await putFile(`${partKey(name, partition.index)}.jsonl`, drifts.file)
    return { index: partition.index, verdict: report.verdict }
  }
})
