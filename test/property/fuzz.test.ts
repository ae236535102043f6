import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decoders } from '../fuzz/decoders.ts'
import { fuzz, problemWith } from '../fuzz/fuzz.ts'
import { type BuiltDecoders, builtDecoders, type Instrumented } from '../fuzz/instrumented.ts'
import { regressions } from '../fuzz/regressions.ts'
import { inputsFor, seeds } from '../fuzz/seeds.ts'
import { type WatchedFuzz, type WatchOptions, watchedFuzz } from '../fuzz/watched.ts'

const names = Object.keys(decoders)

/** Fuzzes the decoders of a module, from before the first test to after the last. */
function fuzzing(source: string, options: WatchOptions = {}): WatchedFuzz['fuzz'] {
  let built: BuiltDecoders
  let watched: WatchedFuzz
  beforeAll(async () => {
    built = await builtDecoders(source)
    watched = watchedFuzz(built, options)
  })
  afterAll(async () => {
    await watched.stop()
    built.remove()
  })
  return (task) => watched.fuzz(task)
}

describe('no input makes a decoder throw but its own error, loop, or allocate out of proportion', () => {
  const run = fuzzing('decoders.ts')

  it.each(names)('%s: neighbours of what reaches new branches', async (decoder) => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const { findings, corpus } = await run({ decoder, seed, inputs: inputsFor(decoder), executions: 1_500 })
    expect(Object.fromEntries(findings), `npm run fuzz -- --seed ${seed}`).toEqual({})
    expect(corpus.length).toBeGreaterThan(seeds[decoder]!.length)
  })

  const known = names.flatMap((name) => regressions[name]!.map((input) => [name, input.slice(0, 100), input] as const))
  it.each(known)('%s: %s', (name, _, input) => {
    expect(problemWith(decoders[name]!, input, {})).toBeUndefined()
  })
})

describe('the fuzzer finds what is planted', () => {
  function planted(harm: (text: string, counted: Pick<Instrumented, 'branches' | 'statements'>) => unknown) {
    const counted = { branches: [[0, 0]], statements: { 0: 0 } }
    const decoder = (text: string) => {
      counted.branches[0]![text.includes('[[[') ? 1 : 0]! += 1
      return harm(text, counted)
    }
    const inputs = ['{"a":{"b":[1,"x"]}}']
    const goesOn = (executions: number) => executions < 5_000
    return fuzz({ decoders: { planted: decoder }, ...counted }, { decoder: 'planted', seed: 1, inputs, goesOn })
      .findings
  }

  it('an error of another kind, behind an attribute named __proto__', () => {
    const findings = planted((text) => {
      if (text.includes('"__proto__":')) throw new TypeError('It cannot be read.')
    })
    expect([...findings.keys()]).toEqual(['TypeError: It cannot be read.'])
  })

  it('a loop', () => {
    const findings = planted((text, { statements }) => {
      if (/\d{30}/.test(text)) statements[0] = 10_000_000
    })
    expect([...findings.keys()]).toEqual(['It runs more statements than the input is long, by far.'])
  })

  it('memory out of proportion', () => {
    const findings = planted((text) => (text.includes('1e999') ? 'x'.repeat(5_000_000) : text))
    expect([...findings.keys()]).toEqual(['It makes far more of the input than there is.'])
  })

  it('nothing where nothing is wrong', () => {
    expect(planted((text) => text).size).toBe(0)
  })
})

describe('the fuzzer finds what is planted in a decoder that is built and counted as the real ones', () => {
  const run = fuzzing('planted.ts', { endlessMs: 4_000, mostMegabytes: 64 })
  const inputs = ['{"a":[1]}']

  it.each([
    ['behind five steps', /^TypeError: It cannot be read/, /^!b\}@,/],
    ['endless', /^It does not end/, /^\{[^}]*$/],
    ['all memory', /^It takes all memory/, /^\[[^]*[^\]]$/],
  ])('%s', async (decoder, problem, by) => {
    const { findings } = await run({ decoder, seed: 1, inputs, executions: 60_000 })
    expect([...findings]).toEqual([[expect.stringMatching(problem), expect.stringMatching(by)]])
  })
})
