import { expect, test } from 'vitest'
import { nearestName } from '../../../src/runtime/nearest-name.ts'

const names = ['timeoutMs', 'concurrency', 'retry', 'dlq', 'when']

test.for([
  ['dlq', 'dlq'],
  ['DLQ', 'dlq'],
  ['dqlx', 'dlq'], // one exchange, one letter too many
  ['hwne', 'when'], // two exchanges
  ['wxyz', undefined],
  ['xwyn', undefined], // half an exchange is none
  ['hxyn', undefined],
  ['timeout', 'timeoutMs'],
  ['timeotuMs', 'timeoutMs'],
  ['itmeoutM', 'timeoutMs'],
  ['concurrencyyyy', 'concurrency'],
  ['concurrencyyyyy', undefined], // a third of its letters are 3
  ['rety', 'retry'],
  ['erty', 'retry'],
  ['rrr', undefined],
  ['wh', 'when'],
  ['w', undefined],
  ['hwen', 'when'],
  ['', undefined],
  ['zzzzzz', undefined],
] as const)('%s is near to %s', ([given, meant]) => {
  expect(nearestName(given, names)).toBe(meant)
})

test('every letter of a short name may not be another', () => {
  expect(nearestName('ab', ['xy'])).toBeUndefined()
  expect(nearestName('ay', ['xy'])).toBe('xy')
})

test('of names that are as near, the first is told', () => {
  expect(nearestName('minDelay', ['minDelayMs', 'minDelayHs'])).toBe('minDelayMs')
  expect(nearestName('bat', ['cat', 'rat'])).toBe('cat')
  expect(nearestName('bat', ['cart', 'rat'])).toBe('rat')
})

test('names of up to 40 letters are compared, longer ones are not', () => {
  const long = 'a'.repeat(40)
  expect(nearestName(long, [long])).toBe(long)
  expect(nearestName(`${long}a`, [long])).toBeUndefined()
})
