import type { SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'
import { cursorPages, type CursorRequest } from './cursor-pages.ts'

type Pages = AsyncIterator<readonly SnapshotEntry[], SnapshotSummary>

/**
 * {@link cursorPages}, so that they never keep a client: not when the consumer stops early, not when its signal aborts
 * between two pages, and not while a page is still on its way.
 */
export function snapshotPages(request: CursorRequest): Pages {
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  // A generator that was closed answers nothing.
  const pages: AsyncGenerator<readonly SnapshotEntry[], SnapshotSummary | undefined> = cursorPages({
    ...request,
    signal,
  })
  let asking = false
  let last: SnapshotSummary | undefined
  const startedAt = new Date(request.clock.now())
  const cut = (): SnapshotSummary => ({ startedAt, endedAt: new Date(request.clock.now()), complete: false })
  const close = (): void => {
    if (asking) stop.abort()
    pages.return(cut()).then(onEnd, onEnd)
  }
  const onEnd = (): void => request.signal.removeEventListener('abort', close)
  request.signal.addEventListener('abort', close, { once: true })

  return {
    async next() {
      asking = true
      try {
        const page = await pages.next()
        if (page.done !== true) return page
        onEnd()
        last ??= page.value ?? cut()
        return { done: true, value: last }
      } catch (error) {
        onEnd()
        throw error
      } finally {
        asking = false
      }
    },
    async return() {
      close()
      await pages.return(cut()).catch(() => undefined)
      return { done: true, value: (last ??= cut()) }
    },
  }
}
