import type { ItemDefinition } from '../core/item.ts'
import { attributeVersion } from '../core/attribute-version.ts'
import { paddedSequence, streamPrefix } from '../core/version.ts'

const labels = ['2026-03-01T00:00:00.000', '2026-04-01T00:00:00.000'] as const

/** Where a version stands. All of them that one definition has are of one length, as the protocol wants it. */
export interface VersionFacts {
  readonly sequence: bigint
  readonly epoch?: number | undefined
  /** Of the older stream, or of the newer one. */
  readonly stream?: 0 | 1 | undefined
  /** The version attribute, as a version holds it. Default: the sequence number. */
  readonly attribute?: string | undefined
}

/** A version as the library makes them for this item. */
export function testVersion<Item>(
  definition: ItemDefinition<Item>,
  { sequence, epoch = 0, stream = 0, attribute }: VersionFacts,
): string {
  const padded = paddedSequence(String(sequence))
  const label = labels[stream]
  if (!hasVersionAttribute(definition)) return `${streamPrefix(epoch, label)}${padded}`
  const { text } = attributeVersion(attribute ?? sequence, 'version')
  return `${streamPrefix(epoch, text)}${label}/${padded}`
}

/** Whether an attribute orders the item's states. */
export function hasVersionAttribute<Item>(definition: ItemDefinition<Item>): boolean {
  return typeof definition.version === 'object'
}
