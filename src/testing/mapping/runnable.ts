import { setMaxListeners } from 'node:events'
import type { MappingSettings } from './settings.ts'

/** A mapping between records and a handler. It keeps its checkpoints from one run to the next. */
export interface EventSourceMapping {
  /**
   * Delivers until nothing is left: with records in memory, until each is done or given up; with a stream that is
   * drained, until its present end; else until told to stop. A later call goes on at the checkpoints; a call during a
   * run answers with that run.
   *
   * Rejects with what the stream's server refused, or with what `onFailure` or `onInvocation` threw, once the invocations
   * under way have ended. Never with what the handler threw: that is a failed batch.
   */
  readonly run: () => Promise<void>
  /** Ends a run: no invocation is started any more, those under way are waited for. Resolves when the run has ended. */
  readonly stop: () => Promise<void>
}

/** Runs a source of records, once at a time. */
export function runnable(
  source: (stop: AbortController) => Promise<void>,
  { signal }: Pick<MappingSettings, 'signal'>,
): EventSourceMapping {
  let current: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined

  async function start(stop: AbortController): Promise<void> {
    const abort = () => {
      stop.abort()
    }
    signal?.addEventListener('abort', abort, { once: true })
    setMaxListeners(0, stop.signal) // each lane and shard listens
    if (signal?.aborted) stop.abort()
    try {
      await source(stop)
    } finally {
      signal?.removeEventListener('abort', abort)
      stop.abort() // clears what still waits on the clock
      current = undefined
    }
  }

  return {
    run: () => {
      if (!current) {
        const stop = new AbortController()
        current = { stop, ended: start(stop) }
      }
      return current.ended
    },
    stop: async () => {
      current?.stop.abort()
      await current?.ended.catch(() => undefined) // whoever called run gets the error
    },
  }
}
