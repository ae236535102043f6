import { onFailurePointer, type GivenUp } from './on-failure.ts'
import type { MappingSettings } from './settings.ts'

/** Stands for the batch that parts were halved from. */
export type Family = object

/** Where a lane keeps what it has given up of a halved batch and not told yet, as its next part may belong to it. */
export interface PointerHolder {
  unsent: UnsentPointer | undefined
}

interface UnsentPointer extends GivenUp {
  readonly family: Family
}

/** Tells of what is given up: at once, or with its neighbours of the same halved batch. */
export async function tell(
  batch: GivenUp,
  family: Family | undefined,
  holder: PointerHolder,
  settings: MappingSettings,
): Promise<void> {
  const { unsent } = holder
  const isNeighbour = unsent?.family === family && unsent?.condition === batch.condition
  if (!isNeighbour) await tellUnsent(holder, settings)
  if (family === undefined || settings.undocumented.halvedPointers === 'separate') {
    await settings.onFailure?.(onFailurePointer(batch, settings))
    return
  }
  holder.unsent = { ...batch, family, ...(isNeighbour && joined(unsent, batch)) }
}

/** Nothing more will join what waits to be told. It goes on waiting where `onFailure` rejects. */
export async function tellUnsent(holder: PointerHolder, settings: MappingSettings): Promise<void> {
  if (!holder.unsent) return
  await settings.onFailure?.(onFailurePointer(holder.unsent, settings))
  holder.unsent = undefined
}

function joined(one: GivenUp, next: GivenUp): Pick<GivenUp, 'records' | 'invokeCount'> {
  return { records: [...one.records, ...next.records], invokeCount: Math.max(one.invokeCount, next.invokeCount) }
}
