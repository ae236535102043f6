import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { NearFirst } from './near-first.ts'
import { sourceAlias } from '../support/source-alias.ts'

/** The suites that judge core, runtime and reconcile, without those that read sources as text, pack or start servers. */
export default defineConfig({
  resolve: { alias: sourceAlias },
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [
      'test/mutation/*.test.ts',
      'test/unit/{core,runtime,reconcile,promises}/**/*.test.ts',
      'test/unit/{histories,invocation,reconcile}.test.ts',
      'test/property/**/*.test.ts',
    ],
    exclude: [
      // other folders than the mutated ones
      'test/property/{external-sort,snapshot-files,pushdown,reconcile-sql,sqs-target,fuzz,arbitraries,emf,event-source-mapping,filter-pattern,http-target,sqs-dlq,tumbling-windows,kinesis,reconcile-laws}.test.ts',
    ],
    setupFiles: ['test/mutation/same-runs.ts'],
    isolate: false, // loading the modules anew for each file takes longer than its tests
    sequence: { sequencer: NearFirst },
    testTimeout: 30_000,
  },
})
