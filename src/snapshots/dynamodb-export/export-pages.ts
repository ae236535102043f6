import { interleave } from '../../core/interleave.ts'
import type { SnapshotContext, SnapshotEntry, SnapshotSummary } from '../../ports/snapshot.ts'
import { dataFilePages } from './data-file.ts'
import { folderStore } from './folder-store.ts'
import { newestExport } from './newest-export.ts'
import { readManifests } from './read-manifests.ts'
import { s3Store } from './s3-store.ts'
import type { ExportSettings } from './settings.ts'
import { startedExport } from './started-export.ts'
import type { ExportStore } from './store.ts'

type Pages = AsyncGenerator<readonly SnapshotEntry[], SnapshotSummary>

/** How many data files are read side by side. */
const filesAtOnce = 2

/** The pages of an export. What fails once the signal has aborted is its doing: then the pages end as not complete. */
export async function* exportPages(
  settings: ExportSettings,
  context: Pick<SnapshotContext, 'signal' | 'partition'>,
): Pages {
  const now = () => new Date(settings.clock.now())
  const startedAt = now()
  try {
    return yield* allPages(settings, context)
  } catch (error) {
    if (context.signal.aborted) return { startedAt, endedAt: now(), complete: false }
    throw error
  }
}

async function* allPages(
  settings: ExportSettings,
  { signal, partition = { index: 0, count: 1 } }: Pick<SnapshotContext, 'signal' | 'partition'>,
): Pages {
  const { tableName, maxLineBytes, maxFileBytes } = settings
  const store = yield* storeOf(settings, signal)
  const { summary, files } = await readManifests(store, tableName, signal)
  const part = files.filter((_, index) => index % partition.count === partition.index)
  let whole = 0
  let rows = 0
  const onWhole = (): void => {
    whole++
  }
  const reading = { store, type: summary.type, maxLineBytes, maxFileBytes, signal, onWhole }
  const open = part.map((file) => () => dataFilePages(file, reading))
  for await (const page of interleave(open, filesAtOnce)) {
    rows += page.length
    yield page
  }
  const complete = whole === part.length && summary.type === 'FULL_EXPORT'
  return { startedAt: summary.from, endedAt: summary.to, complete, rows }
}

/** Gives an empty page each time that an export is not finished yet: whoever waits for pages sees that it goes on. */
async function* storeOf(
  settings: ExportSettings,
  signal: AbortSignal,
): AsyncGenerator<readonly SnapshotEntry[], ExportStore> {
  const { place } = settings
  if (place.in === 'folder') return folderStore(place.folder)
  const { reading, prefix, manifest, start } = place
  if (!start) return s3Store(reading, manifest ?? (await newestExport(reading, prefix, signal)))
  const started = startedExport(start, settings, signal)
  for (;;) {
    const next = await started.next()
    if (next.done === true) return s3Store(reading, next.value)
    yield []
  }
}
