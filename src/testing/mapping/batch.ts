import type { InvocationOutcome } from './answer.ts'
import { invoke } from './invoke.ts'
import { onFailurePointer, type LastInvocation, type OnFailureCondition } from './on-failure.ts'
import { pause } from './pause.ts'
import type { QueuedRecord } from './queued-record.ts'
import { compareSequenceNumbers } from './sequence-number.ts'
import type { MappingSettings } from './settings.ts'

/** Records that are delivered together, and how often these same records were delivered so far. */
export interface Batch {
  readonly records: readonly QueuedRecord[]
  readonly invokeCount: number
  readonly last: LastInvocation | undefined
}

/** Where a batch stands, and how to stop waiting. */
export interface BatchPlace {
  readonly shardId: string
  readonly lane: number
  readonly signal: AbortSignal
}

const maximumRetryDelayMs = 10_000

/** A batch that was not delivered yet. */
export function newBatch(records: readonly QueuedRecord[]): Batch {
  return { records, invokeCount: 0, last: undefined }
}

/** Takes a batch one step on: gives it up or delivers it once. Answers with what is left of it, in order. */
export async function advance(batch: Batch, place: BatchPlace, settings: MappingSettings): Promise<readonly Batch[]> {
  const [front, ...behind] = splitByAge(batch, settings)
  if (!front) return []
  if (isTooOld(front.records[0], settings)) {
    await giveUp(front, 'RecordAgeExceeded', place, settings)
    return behind
  }
  return [...(await deliver(front, place, settings)), ...behind]
}

async function deliver(batch: Batch, place: BatchPlace, settings: MappingSettings): Promise<readonly Batch[]> {
  const requestId = settings.newRequestId()
  const outcome = await invoke(batch.records, requestId, settings)
  const invokeCount = batch.invokeCount + 1
  await observe(batch, requestId, outcome, place, settings)
  if (outcome.type === 'success') return []
  const threw = outcome.type === 'failure' && outcome.error !== undefined
  return retry({ ...batch, invokeCount, last: { requestId, threw } }, outcome, place, settings)
}

/** What Lambda does with a batch that did not succeed. Only a delivery of the very same records is a retry. */
async function retry(
  batch: Batch,
  outcome: Exclude<InvocationOutcome, { type: 'success' }>,
  place: BatchPlace,
  settings: MappingSettings,
): Promise<readonly Batch[]> {
  const rest = outcome.type === 'partial' ? fromCheckpoint(batch.records, outcome.checkpoint) : batch.records
  if (rest.length < batch.records.length) return [newBatch(rest)]
  if (outcome.type === 'failure' && settings.bisectBatchOnFunctionError && rest.length > 1) return halves(rest)
  const { maximumRetryAttempts } = settings
  if (maximumRetryAttempts >= 0 && batch.invokeCount > maximumRetryAttempts) {
    await giveUp(batch, 'RetryAttemptsExhausted', place, settings)
    return []
  }
  const delay = Math.min(settings.retryDelayMs * 2 ** Math.min(batch.invokeCount - 1, 20), maximumRetryDelayMs)
  await pause(settings.clock, delay, place.signal)
  return [batch]
}

/** By number, not by place, so that records given in a wrong order are repeated rather than lost. */
function fromCheckpoint(records: readonly QueuedRecord[], checkpoint: string): readonly QueuedRecord[] {
  const place = records.findIndex((record) => record.sequenceNumber === checkpoint)
  return records.filter(
    ({ sequenceNumber }, index) => index >= place || compareSequenceNumbers(sequenceNumber, checkpoint) >= 0,
  )
}

function halves(records: readonly QueuedRecord[]): readonly Batch[] {
  const middle = Math.ceil(records.length / 2)
  return [newBatch(records.slice(0, middle)), newBatch(records.slice(middle))]
}

/** Cuts where a record is too old and the next one is not, or the other way round. */
function splitByAge(batch: Batch, settings: MappingSettings): readonly Batch[] {
  const { records } = batch
  const tooOld = isTooOld(records[0], settings)
  const cut = records.findIndex((record) => isTooOld(record, settings) !== tooOld)
  return cut < 0 ? [batch] : [{ ...batch, records: records.slice(0, cut) }, newBatch(records.slice(cut))]
}

function isTooOld(record: QueuedRecord | undefined, settings: MappingSettings): boolean {
  const limit = settings.maximumRecordAgeInSeconds
  return limit >= 0 && record?.createdAt !== undefined && settings.clock.now() - record.createdAt > limit * 1000
}

async function giveUp(
  batch: Batch,
  condition: OnFailureCondition,
  place: BatchPlace,
  settings: MappingSettings,
): Promise<void> {
  await settings.onFailure?.(onFailurePointer({ ...batch, condition, shardId: place.shardId }, settings))
}

async function observe(
  { records, invokeCount }: Batch,
  requestId: string,
  outcome: InvocationOutcome,
  { shardId, lane }: BatchPlace,
  settings: MappingSettings,
): Promise<void> {
  await settings.onInvocation?.({
    requestId,
    shardId,
    lane,
    attempt: invokeCount + 1,
    batchSize: records.length,
    startSequenceNumber: records[0]?.sequenceNumber ?? '',
    endSequenceNumber: records.at(-1)?.sequenceNumber ?? '',
    outcome,
  })
}
