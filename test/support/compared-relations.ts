import { compareRelations } from '../../src/reconcile/pushdown.ts'
import type { SuspectKey } from '../../src/reconcile/pushdown/suspect-keys.ts'

/** All that a comparison in DuckDB says, the first of the snapshots being the source. */
export async function comparedRelations(
  snapshots: readonly { readonly relation?: string | undefined }[],
  key: readonly string[],
  compared: readonly string[] | undefined,
  range: { readonly after?: string; readonly until?: string } = {},
): Promise<{ equalKeys: number; suspects: readonly SuspectKey[] }> {
  const [source, ...warehouses] = snapshots.map(({ relation }) => relation!)
  const named = Object.fromEntries(warehouses.map((relation, index) => [`w${index}`, relation]))
  const comparison = await compareRelations({ source: source!, warehouses: named, key, fields: compared, ...range })
  const suspects: SuspectKey[] = []
  for await (const batch of comparison.suspects()) suspects.push(...batch)
  await comparison.close()
  return { equalKeys: comparison.equalKeys, suspects }
}
