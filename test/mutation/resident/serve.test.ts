import { once } from 'node:events'
import { connect } from 'node:net'
import { relative } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import { test, type RunnerTestCase } from 'vitest'
import { collectedTests } from './collected-tests.ts'
import { judgeMutant, type Instrumented, type MutantTask } from './judge-mutant.ts'

/** Stryker's name of a test: its file, from the root, and the names of its suites and its own. */
function idOf(task: RunnerTestCase): string {
  const names = [task.name]
  for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name)
  return `${relative(process.cwd(), task.file.filepath)}#${names.join(' ').trim()}`
}

// Not a test, but the place in a vitest process where tests may run: it serves `runner.mjs` until that hangs up.
test('serves mutants', { timeout: 0 }, async () => {
  const socket = connect(Number(process.env['RESIDENT_PORT']), '127.0.0.1')
  await once(socket, 'connect')
  const say = (message: object) => socket.write(`${JSON.stringify(message)}\n`)
  const instrumented = ((globalThis as Record<string, unknown>)[process.env['RESIDENT_NAMESPACE'] ?? ''] ??=
    {}) as Instrumented
  const named = collectedTests.map((test) => [idOf(test), test] as const)
  const alive = async () => {
    say({})
    await setImmediate()
  }
  say({ ready: collectedTests.length })
  for await (const line of createInterface({ input: socket })) {
    const task = JSON.parse(line) as MutantTask
    say({ verdict: await judgeMutant(task, named, instrumented, alive) })
  }
})
