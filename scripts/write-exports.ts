import { readFileSync, writeFileSync } from 'node:fs'
import { entries, exportsOf } from './entries.ts'

// Run by `npm run exports` after an adapter was added; test/unit/exports.test.ts tells when that was forgotten.
const file = new URL('../package.json', import.meta.url)
const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
writeFileSync(file, `${JSON.stringify({ ...manifest, exports: exportsOf(entries) }, null, 2)}\n`)
