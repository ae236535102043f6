import { TargetRejectedError } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import { readAnswer } from '../../../src/runtime/ask-target.ts'

const hostile = new Proxy(
  {},
  {
    getPrototypeOf: () => {
      throw new Error('secret')
    },
  },
)

test.for<readonly [unknown, string]>([
  ['ok', 'answered neither applied, stale nor unchanged (string).'],
  [undefined, 'answered neither applied, stale nor unchanged (undefined).'],
  [{ code: 'TARGET_REJECTED' }, 'answered neither applied, stale nor unchanged (object).'],
  [hostile, 'answered neither applied, stale nor unchanged (object).'],
  [new TypeError('secret'), 'threw an unknown error (TypeError).'],
])('the reason tells garbage from an error that is answered (%#)', ([answer, reason]) => {
  expect(readAnswer('west', answer)).toMatchObject({ code: 'TARGET_UNAVAILABLE', message: `"west" ${reason}` })
})

test.each(['applied', 'stale', 'unchanged', new TargetRejectedError('no')])('%s stands as it is', (answer) => {
  expect(readAnswer('west', answer)).toBe(answer)
})
