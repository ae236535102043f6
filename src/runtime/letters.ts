import type { DeadLetter } from '../core/dead-letter.ts'
import type { Failed, Poison } from './pipeline.ts'
import type { Sync } from './sync.ts'

/** The letter of a delivery that was given up; undefined for a change without a record, which nothing could be redriven from. */
export function deliveryLetter<Item>(failed: Failed<Item>, { clock, random }: Sync<Item>): DeadLetter | undefined {
  const { change, route, error, attempts } = failed
  if (!change.record) return undefined
  return {
    id: letterId(random),
    type: 'delivery',
    target: route.name,
    key: change.key,
    version: change.version,
    change: change.type,
    code: error.code,
    reason: error.message,
    attempts,
    failedAt: new Date(clock.now()),
    record: change.record,
  }
}

/** The letter of a record that is no change. The schema's own words go here, for the letter holds the image anyway. */
export function poisonLetter<Item>({ raw, error }: Poison, { clock, random }: Sync<Item>): DeadLetter {
  const issues = error.issues.slice(0, 20).map(({ path, message }) => `${path || 'the item'}: ${message}`)
  return {
    id: letterId(random),
    type: 'poison',
    code: error.code,
    reason: [error.message, ...issues].join('\n'),
    attempts: 0,
    failedAt: new Date(clock.now()),
    record: raw,
  }
}

/** 128 random bits: a letter is another one at each parking. */
function letterId(random: () => number): string {
  const part = (): string =>
    Math.floor(random() * (2 ** 32 - 1))
      .toString(16)
      .padStart(8, '0')
  return `${part()}${part()}${part()}${part()}`
}
