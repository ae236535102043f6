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

/** Runs the work in a span. The work runs once and its result stands, whatever the tracer does. */
export function inSpan<T>(
  tracer: Tracer | undefined,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: () => Promise<T>,
): Promise<T> {
  if (!tracer) return work()
  let started: Promise<T> | undefined
  const once = (): Promise<T> => (started ??= work())
  try {
    const traced: unknown = tracer.span(name, attributes, once)
    if (traced instanceof Promise) traced.catch(() => undefined)
  } catch {
    // An observer's fault is not the sync's.
  }
  return once()
}
