import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entries } from '../../scripts/entries.ts'
import { type InstalledPackage, installPackage, nodeOf } from '../support/installed-package.ts'

const names = Object.keys(entries)
const needNoPeer = ['index', 'targets/http', 'metrics/emf', 'events/kinesis'].filter((name) => name in entries)

let installed: InstalledPackage
beforeAll(async () => {
  installed = await installPackage()
})
afterAll(() => installed.remove())

describe('the tarball', () => {
  test.for(names)('holds %s as ESM and CJS, each with its types', (name) => {
    const wanted = ['js', 'd.ts', 'cjs', 'd.cts'].map((ending) => `dist/${name}.${ending}`)
    expect(installed.files).toEqual(expect.arrayContaining(wanted))
  })

  test('holds nothing but the build and the documents', () => {
    const others = installed.files.filter((file) => !file.startsWith('dist/'))
    expect(others.filter((file) => !/^(package\.json|LICENSE|README\.md|CHANGELOG\.md)$/.test(file))).toEqual([])
  })

  test('is clean for publint', async () => {
    const pkgDir = join(installed.project, 'node_modules/dynamodb-stream-sync')
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('gives the right types to every way of importing it', async () => {
    const { analysis, problems } = await areTheTypesWrong(installed.tarball)
    const asked = names.map((name) => (name === 'index' ? '.' : `./${name}`))
    expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining(asked))
    expect(problems.filter(({ resolutionKind }) => resolutionKind !== 'node10')).toEqual([]) // knows no exports
  })
})

test('what needs no SDK works where none is installed', async () => {
  const told = await installed.run(process.execPath, 'esm.mjs', ...needNoPeer)
  expect(Object.keys(told as object)).toEqual(needNoPeer)
})

test('the bin runs where no SDK is installed, and says what a place needs', async () => {
  const bin = join(installed.project, 'node_modules/.bin/dynamodb-stream-sync')
  const run = (...args: readonly string[]) =>
    promisify(execFile)(bin, args, { cwd: installed.project }).catch((error: unknown) => error as object)
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }

  expect(await run('--version')).toMatchObject({ stdout: `${version}\n`, stderr: '' })
  const places = ['--source', 'postgres://host/db?table=stock', '--warehouse', 'east=dynamodb://east']
  expect(await run('reconcile', ...places)).toMatchObject({
    ...{ code: 2, stdout: '' },
    stderr: '--source: needs the package pg. Install it: npm install pg\n',
  })
})

describe('installed with the SDKs', () => {
  beforeAll(() => installed.addPeers())

  describe.for([20, 22, 24])('on Node %d', (major) => {
    let node: string | undefined
    beforeAll(async () => {
      node = await nodeOf(major)
    })

    test('every entry answers alike to import and to require', async ({ skip }) => {
      if (node === undefined) return skip()
      const [imported, required] = [
        await installed.run(node, 'esm.mjs', ...names),
        await installed.run(node, 'cjs.cjs', ...names),
      ]
      expect(required).toEqual(imported)
      expect(imported).toMatchObject(await exportsOfSource())
      expect(imported).toMatchObject({
        index: { answer: { response: { batchItemFailures: [] }, applied: [['A1', 5, 2]] } },
      })
    })

    test('an error of one loaded copy is recognised by the other', async ({ skip }) => {
      if (node === undefined) return skip()
      const recognised = { sameClass: false, recognised: true, otherCode: false }
      expect(await installed.run(node, 'two-copies.mjs')).toEqual([recognised, recognised])
    })
  })
})

/** What each entry's source exports, by type. */
async function exportsOfSource(): Promise<Readonly<Record<string, { exports: Readonly<Record<string, string>> }>>> {
  const sources = Object.entries(entries).map(async ([name, file]) => {
    const loaded = (await import(fileURLToPath(new URL(`../../${file}`, import.meta.url)))) as object
    return [name, { exports: Object.fromEntries(Object.entries(loaded).map(([key, value]) => [key, typeof value])) }]
  })
  return Object.fromEntries(await Promise.all(sources)) as Awaited<ReturnType<typeof exportsOfSource>>
}

interface TypesReport {
  readonly analysis: { readonly entrypoints: Readonly<Record<string, unknown>> }
  readonly problems: readonly { readonly resolutionKind?: string }[]
}

/** A problem is an exit code too, which says less than the report. */
async function areTheTypesWrong(tarball: string): Promise<TypesReport> {
  const attw = fileURLToPath(new URL('../../node_modules/@arethetypeswrong/cli/dist/index.js', import.meta.url))
  const args = [attw, tarball, '--profile', 'node16', '--format', 'json']
  const options = { maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch((error: unknown) => {
    return error as { stdout: string }
  })
  const { analysis, problems } = JSON.parse(stdout) as {
    analysis: TypesReport['analysis']
    problems?: Readonly<Record<string, TypesReport['problems']>>
  }
  return { analysis, problems: Object.values(problems ?? {}).flat() }
}
