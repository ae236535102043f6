import type { Attributes } from '@opentelemetry/api'

const maxTargets = 1_000
const maxLength = 255

/**
 * A target's name as attributes. A series is kept for each set of them, as long as the process lives, so that of more
 * than 1,000 names the rest are `other`.
 */
export function targetAttributes(): (target: string | undefined) => Attributes {
  const known = new Map<string, Attributes>()
  const none: Attributes = {}
  const other: Attributes = { target: 'other' }
  return (target) => {
    if (target === undefined) return none
    const name = target.slice(0, maxLength)
    const attributes = known.get(name)
    if (attributes) return attributes
    if (known.size >= maxTargets) return other
    const made: Attributes = { target: name }
    known.set(name, made)
    return made
  }
}
