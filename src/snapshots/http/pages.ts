import { createHash } from 'node:crypto'
import { stoppablePages } from '../../core/stoppable-pages.ts'
import { isSyncError, SnapshotError, TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import type { Snapshot, SnapshotContext, SnapshotEntry, SnapshotSummary } from '../../ports/snapshot.ts'
import { located } from '../../rows/located.ts'
import { shareOf } from '../../rows/share.ts'
import { entriesOf } from './entries-of.ts'
import { nextUrl } from './next-url.ts'
import { patientPage } from './patient-page.ts'
import type { HttpPage } from './read-page.ts'
import type { HttpSnapshotSettings } from './settings.ts'

/**
 * Reads page after page; a request that is on its way is called off when nobody wants its page any more.
 * The pages throw SnapshotError, TargetUnavailableError or TargetRejectedError that names the page.
 */
export function httpPages(settings: HttpSnapshotSettings, context: SnapshotContext): ReturnType<Snapshot['pages']> {
  return stoppablePages(context.signal, (signal) => readPages(settings, { ...context, signal }))
}

async function* readPages(
  settings: HttpSnapshotSettings,
  { signal, partition }: SnapshotContext,
): AsyncGenerator<readonly SnapshotEntry[], SnapshotSummary, undefined> {
  const startedAt = new Date(settings.clock.now())
  const share = shareOf(partition)
  const seen = new Set<string>()
  let rows = 0
  let url: URL | undefined = settings.url
  for (let number = 1; url && !signal.aborted; number++) {
    if (number > settings.maxPages)
      throw new SnapshotError(
        `There are more than ${settings.maxPages} pages. Raise maxPages, or see where next leads.`,
      )
    seen.add(digest(url))
    const page = await pageOrNothing(url, settings, signal, number)
    if (!page) break
    const entries = share(entriesOf(page, settings, number))
    url = nextOf(page, settings, number)
    if (url && seen.has(digest(url)))
      throw new SnapshotError(`Page ${number} names a next page that was read before. See that the service pages on.`)
    rows += entries.length
    if (entries.length > 0) yield entries
  }
  const complete = url === undefined
  return { startedAt, endedAt: new Date(settings.clock.now()), complete, rows }
}

/** Undefined once the signal has aborted. */
async function pageOrNothing(
  url: URL,
  settings: HttpSnapshotSettings,
  signal: AbortSignal,
  number: number,
): Promise<HttpPage | undefined> {
  try {
    return await patientPage(url, settings, signal)
  } catch (error) {
    if (signal.aborted) return undefined
    throw onPage(number, error)
  }
}

function nextOf(page: HttpPage, settings: HttpSnapshotSettings, number: number): URL | undefined {
  try {
    return nextUrl(page, settings)
  } catch (error) {
    throw onPage(number, error)
  }
}

function onPage(number: number, error: unknown): unknown {
  const said = `Page ${number} could not be read.`
  if (isSyncError(error, 'TARGET_UNAVAILABLE')) return new TargetUnavailableError(`${said} ${error.message}`)
  if (isSyncError(error, 'TARGET_REJECTED')) return new TargetRejectedError(`${said} ${error.message}`)
  return located(`Page ${number}`, error)
}

/** Of each page this much is kept, however long its URL. */
function digest({ href }: URL): string {
  return createHash('sha256').update(href).digest('base64')
}
