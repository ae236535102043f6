import type { RunnerTestCase } from 'vitest'

const tests = Symbol.for('dynamodb-stream-sync.collected-tests')
const place = globalThis as Partial<Record<symbol, RunnerTestCase[]>>

/** All tests of the process. The runner and the serving file load this module by two loaders, hence the global place. */
export const collectedTests: RunnerTestCase[] = (place[tests] ??= [])

export const servingFile = 'mutation/resident/serve.test.ts'
