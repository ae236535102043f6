import { SnapshotError, TargetUnavailableError } from '../../errors.ts'
import { contentOf } from '../../http/content-of.ts'
import { failure } from '../../http/failure.ts'
import { send } from '../../http/send.ts'
import type { HttpSnapshotSettings } from './settings.ts'

/** What came of one page. */
export interface HttpPage {
  /** Where it came from, after redirects. */
  readonly url: URL
  readonly headers: Headers
  readonly body: unknown
}

/** Reads one page, once. @throws TargetUnavailableError, TargetRejectedError, or SnapshotError for a page that is none. */
export async function readPage(url: URL, settings: HttpSnapshotSettings, signal: AbortSignal): Promise<HttpPage> {
  return inTime(signal, settings, async (within) => {
    const answer = await send({ method: 'GET', url, signal: within }, settings)
    const { status, arrival, headers } = answer
    if (status < 200 || status >= 300) throw failure(answer)
    if (arrival === 'broken') throw new TargetUnavailableError(`The answer (${status}) broke off.`)
    if (arrival === 'cut')
      throw new SnapshotError(
        `is longer than ${settings.maxResponseBytes} bytes. Ask for fewer rows, or raise maxPageBytes.`,
      )
    const content = contentOf(answer)
    if ('problem' in content) throw new SnapshotError(`${content.problem}.`)
    return { url: answer.url, headers, body: content.value }
  })
}

async function inTime<T>(
  signal: AbortSignal,
  { clock, timeoutMs }: HttpSnapshotSettings,
  work: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const over = new AbortController()
  const abort = (): void => stop.abort()
  // Not AbortSignal.any: until Node 22 it keeps something of every page for as long as the outer signal lives.
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  const late = new AbortController()
  clock.sleep(timeoutMs, over.signal).then(
    () => {
      if (over.signal.aborted) return
      late.abort()
      abort()
    },
    () => undefined, // a clock may reject when it is told to stop
  )
  try {
    return await work(stop.signal)
  } catch (error) {
    if (!late.signal.aborted) throw error
    throw new TargetUnavailableError(`The warehouse did not answer within ${timeoutMs.toLocaleString('en')} ms.`)
  } finally {
    over.abort()
    signal.removeEventListener('abort', abort)
  }
}
