import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { runnableScenarios, scenarioFiles } from './test/support/runnable-scenarios.ts'
import { sourceAlias } from './test/support/source-alias.ts'

type Project = NonNullable<TestProjectInlineConfiguration['test']>

/** One project per folder of `test`, and one for the small examples. Those that start servers, processes or a packed package get more time. */
const projects: Readonly<Record<string, Project>> = {
  unit: { include: ['test/unit/**/*.test.ts', ...scenarioFiles], testTimeout: 30_000 },
  property: { testTimeout: 120_000 },
  simulation: { testTimeout: 300_000 },
  contract: { testTimeout: 60_000, hookTimeout: 60_000 },
  integration: { testTimeout: 60_000, hookTimeout: 60_000 },
  examples: { include: ['examples/{quickstart,custom-target}/*.test.ts'], testTimeout: 60_000 },
  package: { testTimeout: 300_000, hookTimeout: 300_000, globalSetup: 'test/support/built-package.ts' },
}

export default defineConfig({
  plugins: [runnableScenarios()],
  resolve: { alias: sourceAlias },
  test: {
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    projects: Object.entries(projects).map(([name, test]) => ({
      extends: true as const,
      test: { name, include: [`test/${name}/**/*.test.ts`], ...test },
    })),
  },
})
