import { createWriteStream } from 'node:fs'
import { type FileHandle, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  driftLines,
  mergeReports,
  reconcile,
  reportHtml,
  reportJsonl,
  reportText,
  type InventoryItem,
  type ReconcileReport,
  type Snapshots,
} from 'dynamodb-stream-sync'

// region forms
/** Keeps a report for people, for a browser, and for whoever counts. */
export async function keepReport(report: ReconcileReport<InventoryItem>, folder: string): Promise<void> {
  console.log(reportText(report, { color: process.stdout.isTTY, width: 120 }))
  await writeFile(`${folder}/report.html`, reportHtml(report))
  await pipeline(Readable.from(reportJsonl(report)), createWriteStream(`${folder}/report.jsonl`))
}
// endregion

// region all
/** The report keeps a sample; the file gets every difference. */
export async function reconcileInto(file: FileHandle, snapshots: Snapshots<InventoryItem, string>) {
  return reconcile(snapshots, { onDrift: driftLines((line) => file.appendFile(line)) })
}
// endregion

// region merge
/** The end of a Distributed Map: what the handler answered for each partition. */
export async function summarise(parts: readonly ReconcileReport<InventoryItem>[]): Promise<string> {
  return reportText(mergeReports(parts))
}
// endregion
