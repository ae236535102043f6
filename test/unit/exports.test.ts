import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { entries, entriesOf, exportsOf } from '../../scripts/entries.ts'

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: unknown
}

describe('package exports', () => {
  test('package.json names every entry and nothing else (else: npm run exports)', () => {
    expect(manifest.exports).toEqual(exportsOf(entries))
  })

  test('a file directly in an adapter room is an entry under its own path, one in a subfolder is not', () => {
    const files: Readonly<Record<string, readonly string[]>> = { 'src/targets': ['sqs.ts', 'http', 'http.ts'] }
    expect(entriesOf((folder) => files[folder] ?? [])).toEqual({
      index: 'src/index.ts',
      testing: 'src/testing/index.ts',
      'targets/http': 'src/targets/http.ts',
      'targets/sqs': 'src/targets/sqs.ts',
    })
  })

  test('each entry has types of its own for import and for require', () => {
    expect(exportsOf({ index: 'src/index.ts', 'dlq/sqs': 'src/dlq/sqs.ts' })).toEqual({
      '.': {
        import: { types: './dist/index.d.ts', default: './dist/index.js' },
        require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
      },
      './dlq/sqs': {
        import: { types: './dist/dlq/sqs.d.ts', default: './dist/dlq/sqs.js' },
        require: { types: './dist/dlq/sqs.d.cts', default: './dist/dlq/sqs.cjs' },
      },
      './package.json': './package.json',
    })
  })
})
