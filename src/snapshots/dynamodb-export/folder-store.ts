import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '../../core/objects.ts'
import { SnapshotError } from '../../errors.ts'
import { checkUnchanged, type OpenFile, openFile, unreadable } from '../../files/open-file.ts'
import { exportId } from './export-id.ts'
import type { ExportStore } from './store.ts'

const summary = 'manifest-summary.json'

/**
 * An export on disk: the folder of its manifests, or one with a single export in `AWSDynamoDB/` below it.
 *
 * @throws SnapshotError where there is none, or more than one.
 */
export async function folderStore(folder: string): Promise<ExportStore> {
  const home = await homeOf(folder)
  const shown = (name: string) => join(home, name)
  return {
    shown,
    async open(name, signal) {
      const open = await opened(shown(name))
      return (
        open && { bytes: open.bytes, chunks: chunksOf(shown(name), open, signal), close: () => open.handle.close() }
      )
    },
  }
}

async function homeOf(folder: string): Promise<string> {
  if (await holdsSummary(folder)) return folder
  const all = join(folder, 'AWSDynamoDB')
  const homes: string[] = []
  for (const name of (await namesIn(all)).filter((one) => exportId.test(one)))
    if (await holdsSummary(join(all, name))) homes.push(join(all, name))
  const [home] = homes
  if (home !== undefined && homes.length === 1) return home
  throw new SnapshotError(
    homes.length === 0
      ? `${folder} holds no ${summary}. Give the folder of an export that is finished, with its manifests.`
      : `${folder} holds ${homes.length} exports. Give the folder of one, such as ${homes.at(-1) ?? ''}.`,
  )
}

async function holdsSummary(folder: string): Promise<boolean> {
  return (await namesIn(folder)).includes(summary)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isRecord(error) && (error['code'] === 'ENOENT' || error['code'] === 'ENOTDIR')) return []
    throw unreadable(folder, error)
  }
}

async function opened(path: string): Promise<OpenFile | undefined> {
  try {
    return await openFile(path)
  } catch (error) {
    const cause = error instanceof SnapshotError ? error.cause : undefined
    if (isRecord(cause) && cause['code'] === 'ENOENT') return undefined
    throw error
  }
}

const chunkBytes = 131_072

async function* chunksOf(path: string, open: OpenFile, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  while (!signal.aborted) {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes)
    const bytesRead = await read(path, open, buffer)
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
    else return checkUnchanged(path, open)
  }
}

async function read(path: string, { handle }: OpenFile, buffer: Buffer): Promise<number> {
  try {
    return (await handle.read(buffer)).bytesRead
  } catch (error) {
    throw unreadable(path, error)
  }
}
