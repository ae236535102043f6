import { SpanStatusCode, type Span } from '@opentelemetry/api'
import { isObject } from '../../core/objects.ts'

const maxLength = 100

/** Tells a span that its work failed: by the error's name and code alone, for a message may quote anything. */
export function tellFailure(span: Span, thrown: unknown): void {
  const name = memberOf(thrown, 'name') ?? typeof thrown
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.setAttribute('error.type', memberOf(thrown, 'code') ?? name)
  span.recordException({ name })
}

/** What is thrown may throw again where it is looked at. */
function memberOf(thrown: unknown, member: 'name' | 'code'): string | undefined {
  try {
    const value: unknown = isObject(thrown) ? thrown[member] : undefined
    return typeof value === 'string' && value !== '' ? value.slice(0, maxLength) : undefined
  } catch {
    return undefined
  }
}
