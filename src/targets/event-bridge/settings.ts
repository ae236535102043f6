import { checkClock, givenOptions, shown } from '../../core/given-options.ts'
import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../system-clock.ts'
import type { EventBridgeTargetOptions } from '../event-bridge.ts'
import { callThrough, type Call, type EventBridgeClientLike } from './client.ts'

/** What {@link EventBridgeTargetOptions} come to, checked. */
export interface EventBridgeSettings<Item> {
  readonly eventBusName: string
  readonly source: string
  readonly detailType: string
  readonly fields: ((item: Item) => unknown) | undefined
  readonly item: ((item: Item) => unknown) | undefined
  readonly call: Call
  readonly guarded: boolean
  readonly checkBus: boolean
  readonly clock: Clock
}

const defaults = { source: 'dynamodb-stream-sync', detailType: 'Item Changed' } as const
const known = [
  ...['eventBusName', 'source', 'detailType', 'fields', 'item'],
  ...['client', 'region', 'guarded', 'checkBus', 'clock'],
]

export function settingsOf<Item>(options: EventBridgeTargetOptions<Item>): EventBridgeSettings<Item> {
  const given = givenOptions('eventBridgeTarget', options, known, '{ eventBusName }')
  const { eventBusName, region } = checkedBus(given['eventBusName'])
  const client = checkedClient(given['client'])
  checkClock(given['clock'])
  checkFunction('fields', given['fields'])
  checkFunction('item', given['item'])
  return {
    eventBusName,
    source: checkedSource(given['source']),
    detailType: checkedDetailType(given['detailType']),
    fields: options.fields,
    item: options.item,
    call: callThrough(client, checkedRegion(given['region']) ?? region),
    guarded: checkedFlag('guarded', given['guarded'], false),
    checkBus: checkedFlag('checkBus', given['checkBus'], true),
    clock: options.clock ?? systemClock,
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
const busPattern = /^[\w.-]{1,256}$/
const arnPattern = /^arn:aws[a-z-]*:events:([a-z0-9-]+):\d{12}:event-bus\/[\w.-]{1,256}$/

function checkedBus(value: unknown): { readonly eventBusName: string; readonly region: string | undefined } {
  if (typeof value === 'string') {
    const region = arnPattern.exec(value)?.[1]
    if (region !== undefined || busPattern.test(value)) return { eventBusName: value, region }
  }
  throw new ConfigError(
    'eventBusName',
    `${shown(value)} is no event bus's name. Give 1 to 256 characters of a-z, A-Z, 0-9, _, . and -, or the bus's ARN.`,
  )
}

function checkedSource(value: unknown): string {
  if (value === undefined) return defaults.source
  const fits = typeof value === 'string' && value.trim() !== '' && value.length <= 256 && !/^aws\./i.test(value)
  if (fits) return value
  throw new ConfigError(
    'source',
    `${shown(value)} cannot be an event's source. Give 1 to 256 characters that do not begin with aws., such as inventory.`,
  )
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
function checkedDetailType(value: unknown): string {
  if (value === undefined) return defaults.detailType
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 128) return value
  throw new ConfigError('detailType', `${shown(value)} cannot be a detail type. Give 1 to 128 characters.`)
}

function checkFunction(field: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new ConfigError(field, `${shown(value)} is no function of an item. Give one, or leave it out.`)
}

function checkedClient(value: unknown): EventBridgeClientLike | undefined {
  if (value === undefined || (isObject(value) && typeof value['send'] === 'function'))
    return value as EventBridgeClientLike | undefined // just seen to have its one member
  throw new ConfigError(
    'client',
    `${shown(value)} has no method send. Give an EventBridgeClient of @aws-sdk/client-eventbridge, or leave it out.`,
  )
}

function checkedRegion(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[a-z0-9-]{1,50}$/.test(value))) return value
  throw new ConfigError(
    'region',
    `${shown(value)} is no region, such as eu-west-1. Leave it out for the environment's.`,
  )
}

function checkedFlag(field: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? otherwise
  throw new ConfigError(field, `${shown(value)} is neither true nor false.`)
}
