import { readdirSync } from 'node:fs'
import { defineConfig } from 'tsup'

const adapterRooms = ['targets', 'tables', 'dlq', 'metrics', 'snapshots', 'locks', 'events', 'tracing']

/** Every adapter file is an entry, so that its path is its import path. `index.ts` files are entries of their room. */
export const entries = [
  'src/index.ts',
  'src/testing/index.ts',
  ...adapterRooms.flatMap((room) => {
    try {
      return readdirSync(`src/${room}`)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `src/${room}/${file}`)
    } catch {
      return []
    }
  }),
]

export default defineConfig({
  entry: entries,
  format: ['esm', 'cjs'],
  dts: true,
  splitting: true, // with false, the CJS build breaks ESM-only dependencies at call time
  sourcemap: false,
  clean: true,
  target: 'es2022',
  platform: 'node',
})
