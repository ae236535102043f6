import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, type RunnerTestCase } from 'vitest'
import { type Instrumented, judgeMutant, type NamedTest } from '../../mutation/resident/judge-mutant.ts'

/** What the runs of the one test that reaches the mutant come to, in turn; each sees whether the mutant is on. */
type Run = (isMutated: boolean, instrumented: Instrumented) => void | Promise<void>

const passes: Run = () => undefined
const fails: Run = () => {
  throw new Error('expected 1 to be 2')
}
const mutantFails: Run = (isMutated, instrumented) => (isMutated ? fails(true, instrumented) : undefined)
const mutantHangs: Run = (isMutated) => (isMutated ? new Promise(() => undefined) : undefined)
const mutantLoops: Run = (isMutated, instrumented) => {
  if (isMutated) instrumented.hitCount = 1_001
}

async function verdictOf(...runs: readonly Run[]) {
  const instrumented: Instrumented = {}
  const test = { file: { filepath: 'test/unit/core/one.test.ts' } } as RunnerTestCase
  const named: readonly NamedTest[] = [['one', test]]
  let ran = 0
  const session = {
    run: async () => runs[ran++ % runs.length]!(instrumented.activeMutant !== undefined, instrumented),
    leave: async () => undefined,
  }
  const task = { mutant: '7', hitLimit: 1_000, tests: ['one'] }
  const { status } = await judgeMutant(task, named, instrumented, async () => undefined, { session, longestMs: 50 })
  expect(instrumented.activeMutant).toBeUndefined()
  return status
}

describe('a mutant', () => {
  const rows: readonly (readonly [rule: string, runs: readonly Run[], status: string])[] = [
    ['that no test minds has survived', [passes], 'survived'],
    ['with which a test fails each time is killed', [mutantFails], 'killed'],
    ['that is passed too often each time has a time-out', [mutantLoops], 'timeout'],
    ['with which a test does not end may have left it at work', [mutantHangs], 'hanging'],
    ['with a test that fails without it has no verdict', [fails], 'spoilt'],
    [
      'with which a test failed only once has no verdict: an earlier mutant, or chance',
      [fails, passes, passes],
      'spoilt',
    ],
    ['with which a test was late only once has no verdict: a busy machine', [mutantHangs, passes, passes], 'spoilt'],
    ['with which a test looped only once has no verdict', [mutantLoops, passes, passes], 'spoilt'],
  ]
  it.each(rows)('%s', async (_, runs, status) => {
    expect(await verdictOf(...runs)).toBe(status)
  })
})

describe('a process that serves mutants', () => {
  const module = fileURLToPath(new URL('../../mutation/resident/end-with-runner.ts', import.meta.url))
  const code = `const { default: end } = await import(${JSON.stringify(module)}); end(); console.log('up'); await new Promise((resolve) => setTimeout(resolve, 60_000))`

  it('ends when whoever started it is gone', async () => {
    const options = ['--import', 'tsx', '--input-type=module', '--eval', code]
    const env = { ...process.env, RESIDENT_PORT: '1' }
    const child = spawn(process.execPath, options, { stdio: ['pipe', 'pipe', 'inherit'], env })
    await once(child.stdout, 'data')
    child.stdin.destroy()
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  })
})
