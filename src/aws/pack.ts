/** What one call takes at most. */
export interface PackLimits {
  readonly entries: number
  readonly bytes: number
}

/** Cuts a list into batches within the limits, in order. No entry may be larger than a batch. */
export function packed<Entry extends { readonly bytes: number }>(
  entries: readonly Entry[],
  limits: PackLimits,
): readonly (readonly Entry[])[] {
  const batches: Entry[][] = []
  let bytes = 0
  for (const entry of entries) {
    const open = batches.at(-1)
    if (open && open.length < limits.entries && bytes + entry.bytes <= limits.bytes) {
      open.push(entry)
      bytes += entry.bytes
    } else {
      batches.push([entry])
      bytes = entry.bytes
    }
  }
  return batches
}
