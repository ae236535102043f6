import type { MappedEvent, MappingOptions } from '../../src/testing/event-source-mapping.ts'
import { numbersOf, recordOf } from './mapped-records.ts'
import { deliver, type Handler } from './mapping-runs.ts'

/** 2026-03-01T10:00:00Z, in seconds. */
export const base = 1_772_359_200

/** Records 1, 2, … that were written so many seconds after the base. */
export function writtenAt(...seconds: readonly number[]) {
  return seconds.map((second, index) => recordOf(String(index + 1), `sku-${index + 1}`, base + second))
}

/** What was counted in the window before this event. */
export function countIn({ state }: MappedEvent): number {
  return (state as { count?: number } | null | undefined)?.count ?? 0
}

/** Counts records, as a handler of windows does. */
export const counting = (event: MappedEvent) => ({ state: { count: countIn(event) + event.Records.length } })

/** `60 12 5 final`: in the window that began after 60 s came the records 1 and 2 on top of a count of 5. */
export function told(event: MappedEvent): string {
  const start = Date.parse(event.window?.start ?? '') / 1000 - base
  const flags = [
    ...(event.isFinalInvokeForWindow ? ['final'] : []),
    ...(event.isWindowTerminatedEarly ? ['early'] : []),
  ]
  return [start, numbersOf(event).join('') || '-', countIn(event), ...flags].join(' ')
}

/** Delivers records in windows of a minute, two at a time, and tells each event. */
export async function windowed(
  records: MappedEvent['Records'],
  handler: Handler = counting,
  options: Partial<MappingOptions> = {},
) {
  const run = await deliver(records, handler, { batchSize: 2, tumblingWindowInSeconds: 60, ...options })
  return { ...run, events: run.events.map(told) }
}
