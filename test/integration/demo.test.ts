import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface DemoSummary {
  readonly verdict: string
  readonly problems: readonly string[]
  readonly poison: object
  readonly reconcile: object
  readonly warehouses: Readonly<Record<string, { readonly driftAfter: object; readonly deadLetters: number }>>
}

async function runDemo(...options: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/local/demo.ts', ...options], { cwd: root })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  process.off('exit', kill)
  return { out, error, code: child.exitCode }
}

const [dynoxide] = dynamoDbServers()

describe.skipIf(skipped(dynoxide!))('The demo', () => {
  it('ends with every warehouse equal to the table, after a kill, poison, a redrive and a repair', async () => {
    const { out, error, code } = await runDemo('--updates', '300', '--seed', '7', '--json')

    expect(out, error).not.toBe('')
    const summary = JSON.parse(out) as DemoSummary
    expect(summary).toMatchObject({
      verdict: 'equal',
      problems: [],
      poison: { parked: 1, redriven: 1 },
      reconcile: { found: ['berlin SKU-0099'], repaired: 1 },
    })
    for (const name of ['berlin', 'lyon', 'porto'])
      expect(summary.warehouses[name]?.driftAfter, name).toEqual({ rows: 0, units: 0 })
    expect(summary.warehouses['berlin']?.deadLetters).toBeGreaterThan(0)
    expect(code).toBe(0)
  }, 180_000)

  it.each([
    ['--updates', 'many', '--updates is "many". Give a whole number from 100 to 9000.'],
    ['--db', 'oracle', '--db is "oracle". Give dynoxide or dynamodb-local.'],
  ])('says in one line what is wrong with %s %s', async (option, value, line) => {
    const { out, error, code } = await runDemo(option, value)

    expect({ out, error, code }).toEqual({ out: '', error: `${line}\n`, code: 2 })
  })
})
