import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadDuckDb } from '../../../src/duckdb/load-duckdb.ts'
import { openDuckDb, type DuckDb } from '../../../src/duckdb/open-duckdb.ts'
import { placeProblem } from '../../../src/duckdb/problem.ts'
import { quoteName, quoteText } from '../../../src/duckdb/quote.ts'
import { isSyncError } from '../../../src/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'open-duckdb-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('loading', () => {
  test('a package that is not installed is told with the command that installs it, and what it is needed for', async () => {
    const cause = new Error("Cannot find package '@duckdb/node-api'")

    const error: unknown = await loadDuckDb('read Parquet files', () => Promise.reject(cause)).catch((e: unknown) => e)

    expect(isSyncError(error, 'CONFIG_INVALID')).toBe(true)
    expect(error).toMatchObject({
      message: expect.stringMatching(/read Parquet files.*npm install @duckdb\/node-api/) as string,
      cause,
    })
  })
})

describe('a database', () => {
  test('keeps to its limits, and to one folder that is gone at the end', async () => {
    const duck = await openDuckDb('test', { memoryLimit: '64MB', threads: 1, tempDirectory: folder })
    expect(readdirSync(folder)).toHaveLength(1)

    await duck.run('CREATE TABLE big AS SELECT range AS n, repeat(md5(range::VARCHAR), 4) AS text FROM range(1000000)')
    const [settings] = await rows(
      duck,
      "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('preserve_insertion_order')",
    )
    await duck.close()
    await duck.close()

    expect(settings).toEqual(['61.0 MiB', 1n, false])
    expect(readdirSync(folder)).toEqual([])
  })

  test('two are strangers to each other', async () => {
    const [one, other] = await Promise.all([openDuckDb('test'), openDuckDb('test')])
    await one.run('CREATE TABLE t (a INTEGER)')

    await expect(other.run('SELECT * FROM t')).rejects.toThrow('t does not exist')

    await Promise.all([one.close(), other.close()])
  })

  test('a statement that would take for ever ends with the signal, with its reason', async () => {
    const stop = new AbortController()
    const duck = await openDuckDb('test', { signal: stop.signal, tempDirectory: folder })
    const endless = duck.run(
      'SELECT count(*) FROM range(100000000000) a, range(100000000000) b WHERE a.range % 7 = b.range',
    )
    const reason = new Error('enough')
    setImmediate(() => stop.abort(reason))

    await expect(endless).rejects.toBe(reason)
    await expect(duck.run('SELECT 1')).rejects.toBe(reason)

    await duck.close()
    expect(readdirSync(folder)).toEqual([])
  })

  test('closing waits for what runs, having interrupted it', async () => {
    const duck = await openDuckDb('test')
    const endless = duck.run(
      'SELECT count(*) FROM range(100000000000) a, range(100000000000) b WHERE a.range % 7 = b.range',
    )
    const ended = endless.catch((error: unknown) => String(error))
    await new Promise(setImmediate)

    await duck.close()

    expect(await ended).toMatch(/interrupt/i)
    await expect(duck.run('SELECT 1')).rejects.toThrow('closed')
  })

  test('one that is opened under a signal that has aborted leaves nothing', async () => {
    await expect(openDuckDb('test', { signal: AbortSignal.abort(), tempDirectory: folder })).rejects.toThrow('aborted')

    expect(readdirSync(folder)).toEqual([])
  })

  test.for([
    [{ memoryLimit: '192' }, 'memoryLimit'],
    [{ memoryLimit: "1GB'; DROP" }, 'memoryLimit'],
    [{ memoryLimit: 5 as never }, 'memoryLimit'],
    [{ threads: 0 }, 'threads'],
    [{ threads: 1.5 }, 'threads'],
  ] as const)('%o is refused by name', async ([options, field]) => {
    await expect(openDuckDb('test', options)).rejects.toMatchObject({ code: 'CONFIG_INVALID', field })
  })
})

test.for([
  ['IO Error: No files found that match the pattern "a.parquet"', 'Check the path'],
  ["Invalid Input Error: No magic bytes found at end of file 'a.parquet'", 'damaged, cut short'],
  ['Out of Memory Error: failed to allocate', 'memoryLimit'],
  ['Binder Error: Referenced column "nope" not found', 'not there'],
  ["Conversion Error: Could not convert string 'secret' to INT32", 'does not fit'],
  ['Something else', 'as the cause'],
] as const)('%s is told with a remedy, and without what it quotes', ([message, remedy]) => {
  const cause = new Error(message)

  const told = placeProblem('a.parquet', cause)

  expect(told).toMatchObject({ code: 'SNAPSHOT_INVALID', cause, message: expect.stringContaining(remedy) as string })
  expect(String(told)).not.toContain('secret')
})

describe('quoting', () => {
  test.for(['plain', 'on hand', 'a"b', '"', "it's", 'group', 'ä😀', 'a;--', 'a\\'])(
    '%s is one name and one text',
    async (text) => {
      const duck = await openDuckDb('test')

      const { result } = await duck.stream(`SELECT ${quoteText(text)} AS ${quoteName(text)}`)

      expect(result.columnNames()).toEqual([text])
      expect(await result.getRows()).toEqual([[text]])
      await duck.close()
    },
  )

  test('what SQL cannot take is refused', () => {
    expect(() => quoteName('')).toThrow('empty')
    expect(() => quoteName('a\0')).toThrow('NUL')
    expect(() => quoteText('a\0')).toThrow('NUL')
  })
})

async function rows(duck: DuckDb, sql: string): Promise<readonly unknown[][]> {
  const { result } = await duck.stream(sql)
  return result.getRows()
}
