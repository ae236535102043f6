import { compareKeys } from '../../core/key-order.ts'

/** Which keys a run compares: a range, a share of all, or both. */
export interface Wanted {
  readonly after?: string | undefined
  readonly until?: string | undefined
  readonly index?: number | undefined
  readonly count?: number | undefined
}

/** A test of keys; undefined: all are wanted. */
export function wantedKeys({ after, until, index, count }: Wanted): ((key: string) => boolean) | undefined {
  const share = count === 1 ? undefined : count
  if (after === undefined && until === undefined && share === undefined) return undefined
  return (key) =>
    (after === undefined || compareKeys(key, after) > 0) &&
    (until === undefined || compareKeys(key, until) <= 0) &&
    (share === undefined || hash(key) % share === index)
}

/** FNV-1a. Places are divided by key, for their own parts do not line up. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
