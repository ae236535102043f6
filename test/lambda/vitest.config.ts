import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { sourceAlias } from '../support/source-alias.ts'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias: sourceAlias },
  test: {
    name: 'lambda',
    include: ['*.test.ts'],
    fileParallelism: false, // time-outs of functions are real
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
})
