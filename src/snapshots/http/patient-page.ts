import { isSyncError } from '../../errors.ts'
import { readPage, type HttpPage } from './read-page.ts'
import type { HttpSnapshotSettings } from './settings.ts'

/** Reads a page, again where it is unavailable. @throws what the last attempt threw. */
export async function patientPage(url: URL, settings: HttpSnapshotSettings, signal: AbortSignal): Promise<HttpPage> {
  const { maxAttempts, minDelayMs, maxDelayMs } = settings.retry
  for (let attempt = 1; ; attempt++) {
    try {
      return await readPage(url, settings, signal)
    } catch (error) {
      if (signal.aborted || attempt === maxAttempts || !isSyncError(error, 'TARGET_UNAVAILABLE')) throw error
      const longest = Math.min(minDelayMs * 2 ** (attempt - 1), maxDelayMs)
      await pause(retryAfterOf(error) ?? settings.random() * longest, settings, signal)
    }
  }
}

async function pause(ms: number, { clock }: HttpSnapshotSettings, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error // a clock may reject when the signal aborts
  }
}

function retryAfterOf(error: object): number | undefined {
  return 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' ? error.retryAfterMs : undefined
}
