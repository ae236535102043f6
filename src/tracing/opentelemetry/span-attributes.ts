import type { Attributes } from '@opentelemetry/api'

const maxLength = 255

/** Attributes of bounded size; what is neither text nor a finite number is left out. */
export function spanAttributes(given: Readonly<Record<string, unknown>>): Attributes {
  const attributes: [string, string | number][] = []
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string') attributes.push([name, value.slice(0, maxLength)])
    else if (typeof value === 'number' && Number.isFinite(value)) attributes.push([name, value])
  }
  return Object.fromEntries(attributes)
}
