import type { Change } from './change.ts'
import { canonicalText } from './canonical.ts'
import { compareVersions } from './version.ts'

/** Picks the state that stands: commutative, associative, idempotent. `merge` is newest-wins. */
export type MergeRule<Item> = (a: Change<Item>, b: Change<Item>) => Change<Item>

/**
 * The newest state stands; a removal is a state. On equal versions with different content, the answer does not depend
 * on the order of the arguments: a removal stands before an upsert, else the greater canonical content.
 */
export function merge<Item>(a: Change<Item>, b: Change<Item>): Change<Item> {
  const order = compareVersions(a.version, b.version)
  if (order !== 0) return order > 0 ? a : b
  if (a.type !== b.type) return a.type === 'removal' ? a : b
  if (a.type === 'removal' || a.item === b.item) return a
  return canonicalText(a.item) >= canonicalText(b.item) ? a : b
}

/** Whether two changes claim the same version with different content. That is reported, for one of them is lost. */
export function isConflict<Item>(a: Change<Item>, b: Change<Item>): boolean {
  if (a.key !== b.key || a.version !== b.version) return false
  if (a.type !== b.type) return true
  return a.type === 'upsert' && a.item !== b.item && canonicalText(a.item) !== canonicalText(b.item)
}
