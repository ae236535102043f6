import type { QueuedRecord } from './queued-record.ts'
import type { MappingSettings } from './settings.ts'

/** What an event carries besides its records where the mapping has tumbling windows. */
export interface TumblingWindow {
  /** Start and end, which belongs to the next one, in ISO 8601 with whole seconds. Windows are aligned with 1970. */
  readonly window: { readonly start: string; readonly end: string }
  /** What the window's last successful invocation answered as `state`; `{}` in a fresh one. */
  readonly state: unknown
  readonly shardId: string
  readonly eventSourceARN: string
  /** The window's last invocation: its state is dropped when it succeeded. */
  readonly isFinalInvokeForWindow: boolean
  /** It is the last one because the state outgrew 1 MB. What else comes within the window begins a fresh state. */
  readonly isWindowTerminatedEarly: boolean
}

/** Why a batch is the last one of its window. */
export type WindowEnding = 'over' | 'tooLarge'

/** A window that was opened, and what was made of it. */
export interface OpenWindow {
  readonly startMs: number
  readonly endMs: number
  readonly streamArn: string
  /** JSON. */
  state: string
  /** Whether a record was delivered in it. */
  isUsed: boolean
}

/** Where a lane keeps the window that is open. */
export interface WindowHolder {
  window: OpenWindow | undefined
}

/** More than so many bytes of state end a window early. */
export const mostStateBytes = 1024 * 1024

const idleMs = { twoMinutes: 120_000, end: 0 }

/** The window of a record; the present one for a record that does not tell its time. */
export function openWindow(record: QueuedRecord, settings: MappingSettings): OpenWindow {
  const length = settings.tumblingWindowInSeconds * 1000
  const startMs = Math.floor((record.createdAt ?? settings.clock.now()) / length) * length
  return freshWindow({ startMs, endMs: startMs + length, streamArn: record.streamArn })
}

/** A window without a state yet. */
export function freshWindow({ startMs, endMs, streamArn }: Omit<OpenWindow, 'state' | 'isUsed'>): OpenWindow {
  return { startMs, endMs, streamArn, state: '{}', isUsed: false }
}

/** Windows only go forward: a record that is older than the open one belongs to it, too. */
export function isInLaterWindow(record: QueuedRecord, window: OpenWindow): boolean {
  return record.createdAt !== undefined && record.createdAt >= window.endMs
}

/** When a window is over without a newer record, in milliseconds since 1970. */
export function idleEndOf(window: OpenWindow, settings: MappingSettings): number {
  return window.endMs + idleMs[settings.undocumented.idleWindow]
}

/** The window's part of an event, as JSON without braces. */
export function windowJson(window: OpenWindow, shardId: string, ending: WindowEnding | undefined): string {
  const { state, ...fields } = windowFields(window, shardId, ending)
  return `${JSON.stringify(fields).slice(1, -1)},"state":${state}`
}

/** The same as an object, with the state as JSON. */
export function windowFields(window: OpenWindow, shardId: string, ending: WindowEnding | undefined) {
  return {
    window: { start: seconds(window.startMs), end: seconds(window.endMs) },
    state: window.state,
    shardId,
    eventSourceARN: window.streamArn,
    isFinalInvokeForWindow: ending !== undefined,
    isWindowTerminatedEarly: ending === 'tooLarge',
  }
}

function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
