import { expect, test } from 'vitest'
import { isObject, isRecord, isThenable } from '../../../src/core/objects.ts'

test.for<readonly [unknown, boolean, boolean, boolean]>([
  [{}, true, true, false],
  [new Map(), true, true, false],
  [[], true, false, false],
  [null, false, false, false],
  [undefined, false, false, false],
  ['text', false, false, false],
  [{ then: () => undefined }, true, true, true],
  [{ then: true }, true, true, false],
  [Promise.resolve(), true, true, true],
])('%o is an object: %s, a record: %s, and can be waited for: %s', ([value, object, record, thenable]) => {
  expect([isObject(value), isRecord(value), isThenable(value)]).toEqual([object, record, thenable])
})
