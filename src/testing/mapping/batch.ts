import type { InvocationOutcome } from './answer.ts'
import { afterInvocation } from './end-window.ts'
import { invoke } from './invoke.ts'
import type { OnFailureCondition } from './on-failure.ts'
import { pause } from './pause.ts'
import type { MappingSettings } from './settings.ts'
import { fromCheckpoint, halves, isTooOld, newBatch, splitByAge, type Batch } from './split.ts'
import { tell, tellUnsent, type PointerHolder } from './unsent-pointer.ts'
import { windowFields, windowJson, type WindowHolder } from './window.ts'

export { newBatch, type Batch } from './split.ts'

/** Where a batch stands, and how to stop waiting. */
export interface BatchPlace {
  readonly shardId: string
  readonly lane: number
  readonly signal: AbortSignal
  /** Of the lane; absent without tumbling windows. */
  readonly windows?: WindowHolder | undefined
  /** Of the lane. */
  readonly pointers: PointerHolder
}

const maximumRetryDelayMs = 10_000

/** Takes a batch one step on: gives it up or delivers it once. Answers with what is left of it, in order. */
export async function advance(batch: Batch, place: BatchPlace, settings: MappingSettings): Promise<readonly Batch[]> {
  const [front, ...behind] = splitByAge(batch, settings)
  if (!front) return []
  if (isTooOld(front.records[0], settings))
    return [...(await giveUp(front, 'RecordAgeExceeded', place, settings)), ...behind]
  return [...(await deliver(front, place, settings)), ...behind]
}

async function deliver(batch: Batch, place: BatchPlace, settings: MappingSettings): Promise<readonly Batch[]> {
  const requestId = settings.newRequestId()
  const window = place.windows?.window
  const fields = window && windowJson(window, place.shardId, batch.ending)
  const outcome = await invoke(batch.records, requestId, settings, fields)
  await observe(batch, requestId, outcome, place, settings)
  if (outcome.type !== 'failure') await tellUnsent(place.pointers, settings)
  const threw = outcome.type === 'failure' && outcome.error !== undefined
  const delivered = { ...batch, invokeCount: batch.invokeCount + 1, last: { requestId, threw } }
  const rest = outcome.type === 'success' ? [] : await retry(delivered, outcome, place, settings)
  return afterInvocation(batch, outcome, rest, place.windows, settings)
}

/** What Lambda does with a batch that did not succeed. Only a delivery of the very same records is a retry. */
async function retry(
  batch: Batch,
  outcome: Exclude<InvocationOutcome, { type: 'success' }>,
  place: BatchPlace,
  settings: MappingSettings,
): Promise<readonly Batch[]> {
  const records = outcome.type === 'partial' ? fromCheckpoint(batch.records, outcome.checkpoint) : batch.records
  const isShorter = records.length < batch.records.length
  if (isShorter && settings.undocumented.checkpoint === 'newBatch') return [newBatch(records, batch.ending)]
  const isFailure = outcome.type === 'failure'
  if (isFailure && settings.bisectBatchOnFunctionError && records.length > 1) return halves(batch)
  const rest = { ...batch, records }
  if (isExhausted(rest, settings)) return giveUp(rest, 'RetryAttemptsExhausted', place, settings)
  const delay = Math.min(settings.retryDelayMs * 2 ** Math.min(batch.invokeCount - 1, 20), maximumRetryDelayMs)
  await pause(settings.clock, delay, place.signal)
  return [rest]
}

function isExhausted({ ending, invokeCount }: Batch, settings: MappingSettings): boolean {
  if (ending && settings.undocumented.failedFinal === 'suspend') return false
  return settings.maximumRetryAttempts >= 0 && invokeCount > settings.maximumRetryAttempts
}

/** Answers with what has to follow: a window whose last records are given up still has its last invocation. */
async function giveUp(
  batch: Batch,
  condition: OnFailureCondition,
  place: BatchPlace,
  settings: MappingSettings,
): Promise<readonly Batch[]> {
  if (batch.records.length === 0) return []
  await tell({ ...batch, condition, shardId: place.shardId }, batch.family, place.pointers, settings)
  return batch.ending ? [newBatch([], batch.ending)] : []
}

async function observe(
  { records, invokeCount, ending }: Batch,
  requestId: string,
  outcome: InvocationOutcome,
  { shardId, lane, windows }: BatchPlace,
  settings: MappingSettings,
): Promise<void> {
  const fields = windows?.window && windowFields(windows.window, shardId, ending)
  await settings.onInvocation?.({
    requestId,
    shardId,
    lane,
    attempt: invokeCount + 1,
    batchSize: records.length,
    startSequenceNumber: records[0]?.sequenceNumber ?? '',
    endSequenceNumber: records.at(-1)?.sequenceNumber ?? '',
    outcome,
    ...(fields && {
      window: fields.window,
      isFinalInvokeForWindow: fields.isFinalInvokeForWindow,
      isWindowTerminatedEarly: fields.isWindowTerminatedEarly,
    }),
  })
}
