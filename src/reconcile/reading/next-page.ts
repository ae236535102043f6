import { isSyncError, TargetUnavailableError } from '../../errors.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import { asSyncError, timedOut } from '../../runtime/attempts.ts'
import type { Invocation } from '../../runtime/invocation.ts'
import type { Pages } from './open-pages.ts'

/** What came of asking for a page. `cut`: the run ended first. */
export type NextPage =
  | { readonly entries: readonly SnapshotEntry[] }
  | { readonly summary: unknown }
  | { readonly error: unknown }
  | { readonly cut: true }

/** The pages of one place, each waited for no longer than its time-out and the run. The next one is on its way already. */
export interface PageReader {
  readonly next: () => Promise<NextPage>
  /** Lets the place go, whether or not it was read to its end. Nothing of it is waited for. */
  readonly close: () => void
}

export function pageReader(
  place: string,
  open: () => Pages,
  timeoutMs: number,
  { clock, cut, watchdog }: Invocation,
): PageReader {
  let pages: Pages | undefined
  let coming: Promise<NextPage> | undefined
  let ended = false
  let stop: ((page: NextPage) => void) | undefined
  cut.onEnd(() => stop?.({ cut: true }))

  async function ask(): Promise<NextPage> {
    try {
      pages ??= open()
      const { done, value } = await pages.next()
      ended = done === true
      if (ended) return { summary: value }
      return Array.isArray(value) ? { entries: value as readonly SnapshotEntry[] } : { error: noPage(place) }
    } catch (error) {
      ended = true // as `for await` has it
      return { error: isSyncError(error, 'SNAPSHOT_INVALID') ? error : asSyncError(place, error) }
    }
  }
  function inTime(page: Promise<NextPage>): Promise<NextPage> {
    return new Promise((resolve) => {
      const endsAt = clock.monotonic() + timeoutMs
      const watched = { endsAt: () => endsAt, runOut: () => finish({ error: timedOut({ name: place, timeoutMs }) }) }
      const finish = (result: NextPage): void => {
        watchdog.release(watched)
        stop = undefined
        resolve(result)
      }
      watchdog.watch(watched)
      stop = finish
      void page.then(finish)
    })
  }
  return {
    async next() {
      if (cut.hasEnded()) return { cut: true }
      const page = await inTime(coming ?? ask())
      coming = 'entries' in page ? ask() : undefined
      return page
    },
    close() {
      if (!ended) void letGo(pages)
    },
  }
}

async function letGo(pages: Pages | undefined): Promise<void> {
  try {
    await pages?.return?.()
  } catch {
    // a place that cannot even be let go changes nothing of what was read
  }
}

function noPage(place: string): TargetUnavailableError {
  return new TargetUnavailableError(`"${place}" gave a page that is no array of rows.`)
}
