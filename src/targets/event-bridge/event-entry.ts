import { Buffer } from 'node:buffer'
import type { Change } from '../../core/change.ts'
import { isRecord, isThenable } from '../../core/objects.ts'
import { isSyncError, TargetRejectedError } from '../../errors.ts'
import { plainJson } from './plain-json.ts'
import type { EventBridgeSettings } from './settings.ts'

/**
 * One event of a call, with its size as EventBridge counts it: 14 bytes for the time, and the texts in UTF-8.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/calculate-putevents-entry-size.html
 */
export interface EventEntry {
  readonly entry: Readonly<Record<'EventBusName' | 'Source' | 'DetailType' | 'Detail', string>> & {
    readonly Time?: Date
  }
  readonly bytes: number
}

/**
 * An event holds less than 1 MB, and so does a call. Where EventBridge counts 1,000,000 bytes for one, it refuses the call,
 * which is sent in halves.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
export const mostBytes = 1_048_575

/** A change as an event, or why it can be none. */
export function eventEntry<Item>(
  change: Change<Item>,
  target: string,
  settings: EventBridgeSettings<Item>,
): EventEntry | Error {
  try {
    const { eventBusName, source, detailType } = settings
    const Detail = JSON.stringify(detailOf(change, target, settings))
    const time = change.changedAt.getTime()
    const dated = time > 0
    const bytes = byteLength(source) + byteLength(detailType) + byteLength(Detail) + (dated ? 14 : 0)
    if (bytes > mostBytes) return tooLarge(bytes)
    const entry = { EventBusName: eventBusName, Source: source, DetailType: detailType, Detail }
    return { entry: dated ? { ...entry, Time: new Date(time) } : entry, bytes }
  } catch (cause) {
    if (isSyncError(cause)) return cause
    return new TargetRejectedError('The change makes no event.', { cause })
  }
}

function detailOf<Item>(change: Change<Item>, target: string, settings: EventBridgeSettings<Item>): unknown {
  const { id, type, key, keyAttributes, version } = change
  const item = change.type === 'upsert' ? itemOf(change.item, settings) : undefined
  const fields = fieldsOf(change, settings)
  return plainJson({ id, target, type, key, keyAttributes, version, fields, item })
}

function itemOf<Item>(item: Item, { item: made }: EventBridgeSettings<Item>): unknown {
  if (!made) return item
  const value = ask('item', made, item)
  if (value === undefined)
    throw new TargetRejectedError('The option item returned undefined for an item. Return what consumers are to get.')
  return value
}

/** Of the state that the event tells; of a removal, the last that is known. */
function fieldsOf<Item>(change: Change<Item>, { fields }: EventBridgeSettings<Item>): unknown {
  const state = change.type === 'upsert' ? change.item : change.previous
  if (!fields || state === undefined) return undefined
  const value = ask('fields', fields, state)
  if (isRecord(value)) return value
  throw new TargetRejectedError(
    "The option fields returned no object for an item. Return one, such as { region: 'eu' }.",
  )
}

/** What a caller's function throws may quote the item. */
function ask<Item>(option: string, made: (item: Item) => unknown, item: Item): unknown {
  let value: unknown
  try {
    value = made(item)
  } catch {
    throw new TargetRejectedError(`The option ${option} threw for an item.`)
  }
  if (isThenable(value))
    throw new TargetRejectedError(`The option ${option} returned a promise. Return what it is to be.`)
  return value
}

function tooLarge(bytes: number): Error {
  return new TargetRejectedError(
    `The event has ${bytes} bytes, and EventBridge takes less than 1 MB. Send less with the option item, for example ` +
      'where the rest is to be found.',
  )
}

function byteLength(text: string): number {
  return Buffer.byteLength(text)
}
