import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: { name: 'starter', include: ['*.test.ts'], testTimeout: 1_200_000, hookTimeout: 1_200_000 },
})
