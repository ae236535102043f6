import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/support/temporary-folder.ts',
    include: ['test/**/*.test.ts'],
    isolate: false, // the CDK takes seconds to load
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
})
