import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import suites from '../vitest.config.ts'

/** The same suites, loaded once and kept: the last file runs what it is asked for, mutant after mutant. */
export default mergeConfig(suites, {
  test: {
    include: ['test/mutation/resident/serve.test.ts'],
    globalSetup: fileURLToPath(new URL('end-with-runner.ts', import.meta.url)),
    runner: fileURLToPath(new URL('collecting-runner.ts', import.meta.url)),
    pool: 'threads',
    maxWorkers: 1,
    reporters: 'dot',
  },
})
