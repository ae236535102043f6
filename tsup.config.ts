import { existsSync } from 'node:fs'
import { defineConfig } from 'tsup'
import { entries } from './scripts/entries.ts'

const common = { splitting: true, sourcemap: false, target: 'es2022', platform: 'node' } as const

export default defineConfig([
  {
    ...common, // without splitting, the CJS build breaks ESM-only dependencies at call time
    entry: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
    format: ['esm', 'cjs'],
    dts: true,
    clean: ['!cli/**'],
  },
  // The bin is nobody's import: neither CJS nor types. What an adapter needs is loaded when a place asks for it.
  { ...common, entry: { main: 'src/cli/main.ts' }, outDir: 'dist/cli', format: ['esm'], clean: true },
])
