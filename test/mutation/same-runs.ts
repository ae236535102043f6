import fc from 'fast-check'
import { afterEach, inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    readonly activeMutant: string | undefined
  }
}

/** The same few runs for every mutant: what differs between two answers is then the mutant, never chance. */
fc.configureGlobal({ seed: 20_260_401, numRuns: 20, endOnFailure: true })

const caught = Symbol.for('dynamodb-stream-sync.caught-mutant')
const seen = globalThis as { [caught]?: string }
const mutant = inject('activeMutant') ?? ''

// One red test is enough. Whatever else is loaded then costs a mutation run most of its time.
if (mutant !== '' && seen[caught] === mutant) throw new Error('Another file has caught this mutant.')
afterEach(({ task }) => {
  if (task.result?.state === 'fail') seen[caught] = mutant
})
