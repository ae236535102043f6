import { createHash } from 'node:crypto'
import { SnapshotError } from '../../errors.ts'
import { type DataFile, dataFilesOf, type ExportSummary, isMd5, summaryOf } from './manifest.ts'
import type { ExportStore } from './store.ts'

/** What both manifests say. */
export interface Manifests {
  readonly summary: ExportSummary
  readonly files: readonly DataFile[]
}

/** Some 150,000 data files fit into a files manifest of that length. */
const mostBytes = { summary: 1_048_576, files: 33_554_432, checksum: 1_024 }

/** What is the matter when there is no file that should be there. */
const unfinished = 'Is the export finished, and copied whole?'

/**
 * Reads the manifests of an export, and compares their checksums.
 *
 * @throws SnapshotError for what is missing or damaged, and for an export of another table than `tableName`, which is a
 * name or an ARN.
 */
export async function readManifests(store: ExportStore, tableName: string, signal: AbortSignal): Promise<Manifests> {
  const summaryName = 'manifest-summary.json'
  const summary = summaryOf(await checkedText(store, summaryName, mostBytes.summary, signal), store.shown(summaryName))
  checkTable(summary, tableName, store.shown(summaryName))
  const filesName = 'manifest-files.json'
  const text = await checkedText(store, filesName, mostBytes.files, signal)
  return { summary, files: dataFilesOf(text, summary.items, store.shown(filesName)) }
}

function checkTable({ tableArn }: ExportSummary, tableName: string, shown: string): void {
  const isArn = tableName.startsWith('arn:')
  if (isArn ? tableArn === tableName : tableArn.endsWith(`:table/${tableName}`)) return
  throw new SnapshotError(
    `${shown} is of the table ${tableArn.slice(0, 400)}, and ${tableName} is wanted. Check tableName.`,
  )
}

async function checkedText(store: ExportStore, name: string, limit: number, signal: AbortSignal): Promise<string> {
  const content = await whole(store, name, limit, signal)
  if (!content) throw new SnapshotError(`${store.shown(name)} is missing. ${unfinished}`)
  const expected = await checksumOf(store, name, signal)
  if (createHash('md5').update(content).digest('base64') === expected) return content.toString()
  throw new SnapshotError(`${store.shown(name)} is damaged: its MD5 is not that of its checksum file. Copy it anew.`)
}

/** Exports have `.md5` files; the documentation calls them `.checksum`. */
async function checksumOf(store: ExportStore, name: string, signal: AbortSignal): Promise<string> {
  const [md5, checksum] = ['.md5', '.checksum'].map((ending) => name.replace(/\.json$/, ending)) as [string, string]
  const content =
    (await whole(store, md5, mostBytes.checksum, signal)) ?? (await whole(store, checksum, mostBytes.checksum, signal))
  if (!content) throw new SnapshotError(`${store.shown(md5)} is missing. ${unfinished}`)
  const text = content.toString().trim()
  if (isMd5(text)) return text
  throw new SnapshotError(`${store.shown(md5)} holds no MD5 in base64. Copy it anew.`)
}

async function whole(
  store: ExportStore,
  name: string,
  limit: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const file = await store.open(name, signal)
  if (!file) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of file.chunks) {
      bytes += chunk.length
      if (bytes > limit)
        throw new SnapshotError(`${store.shown(name)} is longer than ${limit} bytes. Is it a manifest?`)
      chunks.push(chunk)
    }
  } finally {
    await file.close()
  }
  return Buffer.concat(chunks)
}
