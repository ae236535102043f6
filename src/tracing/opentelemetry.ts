import { trace, type Span, type Tracer as OpentelemetryTracer } from '@opentelemetry/api'
import { isObject } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import type { Tracer } from '../ports/tracer.ts'
import { spanAttributes } from './opentelemetry/span-attributes.ts'
import { tellFailure } from './opentelemetry/tell-failure.ts'

export interface OpentelemetryTracerOptions {
  /** Default: the tracer `dynamodb-stream-sync` of the provider that is registered when a span starts. */
  readonly tracer?: OpentelemetryTracer | undefined
}

/**
 * Wraps work in OpenTelemetry's spans, by whatever SDK is registered. Without one, the work just runs.
 *
 * - The span is active while the work runs, so that spans of SDKs and drivers become its children, wherever the SDK has a
 *   context manager. It always ends.
 * - Work that fails sets the status ERROR, `error.type` to the error's code or name, and an event `exception` that tells
 *   its type. Messages and stacks are left out: they may quote an item.
 * - The work runs once and its outcome stands, whatever the SDK does.
 *
 * Attributes: https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 * @throws ConfigError for a `tracer` that is none.
 */
export function opentelemetryTracer(options: OpentelemetryTracerOptions = {}): Tracer {
  const given = checkedTracer(options)
  return {
    span<T>(name: string, attributes: Readonly<Record<string, string | number>>, run: () => Promise<T>): Promise<T> {
      let started: Promise<T> | undefined
      const work = (): Promise<T> => (started ??= promised(run))
      try {
        const tracer = given ?? trace.getTracer('dynamodb-stream-sync')
        tracer.startActiveSpan(name, { attributes: spanAttributes(attributes) }, (span) => void follow(span, work))
      } catch {
        // An SDK's fault is not the work's.
      }
      return work()
    },
  }
}

/** Starts the work within the span and ends the span after it. Never rejects. */
async function follow(span: Span, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    quietly(() => tellFailure(span, error))
  }
  quietly(() => span.end())
}

/** What `run` answers itself, so that nobody learns of its end before the span does. */
function promised<T>(run: () => Promise<T>): Promise<T> {
  try {
    return run()
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the work's own, as it is
    return Promise.reject(error)
  }
}

function quietly(act: () => void): void {
  try {
    act()
  } catch {
    // An SDK's fault is not the work's.
  }
}

/** As JavaScript may call it. */
function checkedTracer(options: unknown): OpentelemetryTracer | undefined {
  if (!isObject(options))
    throw new ConfigError('opentelemetryTracer', 'these are no options. Give { tracer }, or nothing.')
  const { tracer } = options
  if (tracer === undefined) return undefined
  if (!isObject(tracer) || typeof tracer['startActiveSpan'] !== 'function')
    throw new ConfigError('tracer', 'is none. Give trace.getTracer(name) of @opentelemetry/api, or leave it out.')
  return tracer as unknown as OpentelemetryTracer // the method was looked for
}
