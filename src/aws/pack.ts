const maxEntries = 10
const maxBatchBytes = 1_048_576

/** Cuts a list into batches that SQS takes, in order. No entry may be larger than a batch. */
export function packed<Entry extends { readonly bytes: number }>(
  entries: readonly Entry[],
): readonly (readonly Entry[])[] {
  const batches: Entry[][] = []
  let bytes = 0
  for (const entry of entries) {
    const open = batches.at(-1)
    if (open && open.length < maxEntries && bytes + entry.bytes <= maxBatchBytes) {
      open.push(entry)
      bytes += entry.bytes
    } else {
      batches.push([entry])
      bytes = entry.bytes
    }
  }
  return batches
}
