import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const sandbox = `reports/mutation/sandbox-${process.pid}`
// Stryker leaves its copy of the repository behind when it is interrupted
process.once('exit', (code) => code > 128 && rmSync(sandbox, { recursive: true, force: true, maxRetries: 5 }))

/**
 * `npm run mutate`: breaks the engine in every small way and asks whether a test sees it. One folder at a time:
 * `npm run mutate -- --mutate 'src/core/**\/*.ts'`. Nothing here is published.
 */
export default {
  mutate: ['src/core/**/*.ts', 'src/runtime/**/*.ts', 'src/reconcile/**/*.ts'],
  testRunner: 'resident',
  plugins: ['ignore-sentences.mjs', 'resident/runner.mjs'].map((path) => fileURLToPath(new URL(path, import.meta.url))),
  ignorers: ['sentences'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 60_000, // the runner has limits of its own; within this one it may have to start a process
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  tempDirName: sandbox,
  ignorePatterns: ['dist', 'coverage', 'reports', 'examples', 'test/lambda', 'test/package'],
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation/report.json' },
  htmlReporter: { fileName: 'reports/mutation/report.html' },
  thresholds: { high: 95, low: 90, break: 90 },
}
