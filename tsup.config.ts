import { existsSync } from 'node:fs'
import { defineConfig } from 'tsup'
import { entries } from './scripts/entries.ts'

export default defineConfig({
  entry: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  format: ['esm', 'cjs'],
  dts: true,
  splitting: true, // with false, the CJS build breaks ESM-only dependencies at call time
  sourcemap: false,
  clean: true,
  target: 'es2022',
  platform: 'node',
})
