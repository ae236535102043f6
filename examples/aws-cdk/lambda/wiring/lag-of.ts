/** What AWS tells of the sync function's last ten minutes. */
export interface Seen {
  /** Of the mapping. */
  readonly state: string | undefined
  readonly iteratorAgesMs: readonly number[]
  readonly throttles: readonly number[]
}

/**
 * How far the function is behind, in milliseconds: the largest age. Without records nothing is behind, if the mapping is at
 * work and nothing was throttled; else nobody knows, which counts as too far.
 */
export function lagOf({ state, iteratorAgesMs, throttles }: Seen): number {
  if (state !== 'Enabled') return Infinity
  if (iteratorAgesMs.length > 0) return Math.max(...iteratorAgesMs)
  return throttles.some((count) => count > 0) ? Infinity : 0
}
