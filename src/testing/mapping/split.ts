import type { LastInvocation } from './on-failure.ts'
import type { QueuedRecord } from './queued-record.ts'
import { compareSequenceNumbers } from './sequence-number.ts'
import type { MappingSettings } from './settings.ts'
import type { Family } from './unsent-pointer.ts'
import type { WindowEnding } from './window.ts'

/** Records that are delivered together, and how often these same records were delivered so far. */
export interface Batch {
  readonly records: readonly QueuedRecord[]
  readonly invokeCount: number
  readonly last: LastInvocation | undefined
  /** The last batch of its tumbling window, and why; without records where the end shows only after the last of them. */
  readonly ending: WindowEnding | undefined
  /** Of the batch that it was halved from, if it was. */
  readonly family?: Family | undefined
}

/** A batch that was not delivered yet. */
export function newBatch(records: readonly QueuedRecord[], ending?: WindowEnding, family?: Family): Batch {
  return { records, invokeCount: 0, last: undefined, ending, family }
}

/** By number, not by place, so that records given in a wrong order are repeated rather than lost. */
export function fromCheckpoint(records: readonly QueuedRecord[], checkpoint: string): readonly QueuedRecord[] {
  const place = records.findIndex((record) => record.sequenceNumber === checkpoint)
  return records.filter(
    ({ sequenceNumber }, index) => index >= place || compareSequenceNumbers(sequenceNumber, checkpoint) >= 0,
  )
}

/** The first half is the larger one where the number is odd. */
export function halves({ records, ending, family = {} }: Batch): readonly Batch[] {
  const middle = Math.ceil(records.length / 2)
  return [newBatch(records.slice(0, middle), undefined, family), newBatch(records.slice(middle), ending, family)]
}

/** Cuts where a record is too old and the next one is not, or the other way round. */
export function splitByAge(batch: Batch, settings: MappingSettings): readonly Batch[] {
  const { records } = batch
  const tooOld = isTooOld(records[0], settings)
  const cut = records.findIndex((record) => isTooOld(record, settings) !== tooOld)
  if (cut < 0) return [batch]
  return [
    { ...batch, records: records.slice(0, cut), ending: undefined },
    newBatch(records.slice(cut), batch.ending, batch.family),
  ]
}

/** Whether a record is older than the limit, if there is one. */
export function isTooOld(record: QueuedRecord | undefined, settings: MappingSettings): boolean {
  const limit = settings.maximumRecordAgeInSeconds
  return limit >= 0 && record?.createdAt !== undefined && settings.clock.now() - record.createdAt > limit * 1000
}
