import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^dynamodb-stream-sync$/, replacement: src('index.ts') },
      { find: /^dynamodb-stream-sync\/testing$/, replacement: src('testing/index.ts') },
      { find: /^dynamodb-stream-sync\/(.+)$/, replacement: src('$1.ts') },
    ],
  },
  test: {
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    projects: ['unit', 'property', 'contract', 'integration'].map((name) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        ...(name === 'contract' || name === 'integration' ? { testTimeout: 60_000, hookTimeout: 60_000 } : {}),
      },
    })),
  },
})
