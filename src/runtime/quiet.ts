import type { SyncError } from '../errors.ts'
import type { Logger } from '../ports/logger.ts'
import type { Tracer } from '../ports/tracer.ts'

/** A logger that never throws, nor leaves a rejection behind. */
export function quietLogger(logger: Logger | undefined): Logger {
  const line =
    (level: keyof Logger) =>
    (message: string, fields: Record<string, unknown>): void => {
      try {
        const answer: unknown = logger?.[level](message, fields)
        if (answer instanceof Promise) answer.catch(() => undefined)
      } catch {
        // An observer's fault is not the sync's.
      }
    }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}

/**
 * Runs the work in a span. The work runs once and its result stands, whatever the tracer does. Work that turns its faults
 * into outcomes names one by `failure`, so that the span fails where the work does not.
 */
export function inSpan<T>(
  tracer: Tracer | undefined,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: () => Promise<T>,
  failure?: () => SyncError | undefined,
): Promise<T> {
  if (!tracer) return work()
  let started: Promise<T> | undefined
  // The tracer waits for the same promise as the caller, and before it, so that the span ends before the answer is out.
  const once = (): Promise<T> => (started ??= work())
  try {
    const traced: unknown = tracer.span(name, attributes, failure ? () => failing(once(), failure) : once)
    if (traced instanceof Promise) traced.catch(() => undefined)
  } catch {
    // An observer's fault is not the sync's.
  }
  return once()
}

function failing<T>(work: Promise<T>, failure: () => SyncError | undefined): Promise<T> {
  const told = work.then((result) => {
    const error = failure()
    if (error) throw error
    return result
  })
  told.catch(() => undefined) // a tracer may let go of it
  return told
}
