import type { InvocationOutcome } from './answer.ts'
import type { MappingSettings } from './settings.ts'
import { newBatch, type Batch } from './split.ts'
import { freshWindow, mostStateBytes, type WindowHolder } from './window.ts'

/**
 * What an invocation does to its window: the state is kept, a state that outgrew its limit asks for the last invocation
 * before anything else, and after the last one the window is closed. `rest`: what is left of the batch.
 */
export function afterInvocation(
  batch: Batch,
  outcome: InvocationOutcome,
  rest: readonly Batch[],
  windows: WindowHolder | undefined,
  settings: MappingSettings,
): readonly Batch[] {
  const window = windows?.window
  if (!window) return rest
  if (batch.records.length > 0) window.isUsed = true
  if (batch.ending && rest.length === 0) {
    windows.window = batch.ending === 'tooLarge' ? freshWindow(window) : undefined
    return rest
  }
  const isKept =
    outcome.type === 'success' || (outcome.type === 'partial' && settings.undocumented.partialState === 'kept')
  if (!isKept) return rest
  window.state = JSON.stringify(outcome.state)
  return Buffer.byteLength(window.state) > mostStateBytes ? [newBatch([], 'tooLarge'), ...rest] : rest
}
