import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import '../snippets/dynamodb-export.test.ts'
import '../snippets/first-handler.test.ts'
import '../snippets/mapping.test.ts'
import '../snippets/observe.test.ts'
import '../snippets/own-warehouse.test.ts'
import '../snippets/prove-config.test.ts'
import '../snippets/prove-rules.test.ts'
import '../snippets/prove-target.test.ts'
import '../snippets/queues-and-buses.test.ts'
import '../snippets/reconcile-sql.test.ts'
import '../snippets/reconcile.test.ts'
import '../snippets/redrive.test.ts'
import '../snippets/snapshots.test.ts'
import '../snippets/three-warehouses.test.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const snippetFolder = 'test/snippets'

const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

const snippets = readdirSync(join(root, snippetFolder))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, snippetFolder, name), 'utf8') }))

describe.each(pages)('$path', ({ path, text }) => {
  const blocks = [...text.matchAll(/^ *```(?:ts|typescript)\n([^]*?)^ *```$/gm)].map(([, block = '']) => block.trim())

  test('shows code that is a snippet file, or a region of one', () => {
    const known = snippets.flatMap((snippet) => shown(snippet.text))

    expect(blocks.filter((block) => !known.includes(block))).toEqual([])
  })

  test('links to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)

    expect(links.filter((link) => !leadsSomewhere(path, link))).toEqual([])
  })
})

test.each(snippets)('$name is shown on a page', ({ text }) => {
  const blocks = pages.map((page) => page.text).join('\n')

  expect(shown(text).filter((block) => !blocks.includes(block))).toEqual([])
})

test('the README shows code within its first 20 lines', () => {
  const [readme] = pages

  expect(readme?.text.split('\n').slice(0, 20)).toContain('```ts')
})

/** What pages may show of a snippet: its regions where it has some, else all of it. */
function shown(text: string): readonly string[] {
  const regions = [...text.matchAll(/^ *\/\/ region .*\n([^]*?)^ *\/\/ endregion$/gm)].map(([, region = '']) => region)
  return (regions.length > 0 ? regions : [text]).map((part) => part.trim())
}

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', heading] = link.split('#')
  const target = file === '' ? join(root, page) : join(root, dirname(page), file)
  if (!existsSync(target)) return false
  return heading === undefined || anchors(readFileSync(target, 'utf8')).includes(heading)
}

/** Headings as GitHub makes anchors of them. */
function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
