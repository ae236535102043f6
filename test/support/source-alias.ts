import { fileURLToPath } from 'node:url'

const src = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

/** The package's own name means its sources, for every vitest config of the repository. */
export const sourceAlias = [
  { find: /^dynamodb-stream-sync$/, replacement: src('index.ts') },
  { find: /^dynamodb-stream-sync\/testing$/, replacement: src('testing/index.ts') },
  { find: /^dynamodb-stream-sync\/(.+)$/, replacement: src('$1.ts') },
]
