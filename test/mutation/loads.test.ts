import { expect, test } from 'vitest'

// A module that throws while it is loaded fails its test files, but none of their tests: this one fails then.
test('the package can be loaded', async () => {
  expect(await import('../../src/index.ts')).toHaveProperty('createStreamSyncHandler')
  expect(await import('../../src/testing/index.ts')).toHaveProperty('memoryTarget')
})
