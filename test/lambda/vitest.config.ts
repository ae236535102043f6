import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: {
    alias: [
      { find: /^dynamodb-stream-sync$/, replacement: src('index.ts') },
      { find: /^dynamodb-stream-sync\/testing$/, replacement: src('testing/index.ts') },
      { find: /^dynamodb-stream-sync\/(.+)$/, replacement: src('$1.ts') },
    ],
  },
  test: {
    name: 'lambda',
    include: ['*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
})
