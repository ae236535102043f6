import { shown, type GivenOptions } from '../core/given-options.ts'
import { ConfigError } from '../errors.ts'

/** What {@link RowOptions} and the options of every snapshot of rows are called. */
export const rowOptionNames = ['row', 'entries', 'key', 'order'] as const

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** @throws ConfigError for the first of {@link rowOptionNames} that cannot work. */
export function checkRowOptions({ row, entries, key, order }: GivenOptions): void {
  if (row !== undefined && typeof row !== 'function')
    throw new ConfigError('row', `${shown(row)} is no function. Give one that makes an item of a row, or leave it out.`)
  if (entries !== undefined && typeof entries !== 'boolean')
    throw new ConfigError('entries', `${shown(entries)} is neither true nor false.`)
  const names: readonly unknown[] = Array.isArray(key) ? key : [key]
  if (key !== undefined && !(names.length > 0 && names.length <= 2 && names.every(isText)))
    throw new ConfigError('key', `${shown(key)} names no key. Give the item's one or two key attributes, as in 'sku'.`)
  if (order !== undefined && order !== 'key' && order !== 'none')
    throw new ConfigError('order', `${shown(order)} is no order. Give 'key' or 'none'.`)
}
