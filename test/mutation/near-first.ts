import { BaseSequencer, type TestSpecification } from 'vitest/node'

const order = [
  'unit/core',
  'unit/runtime',
  'unit/reconcile',
  'unit/promises',
  'unit/',
  'property/',
  'mutation/loads',
  'mutation/',
]

/** Where a test file comes in the order of runs. */
export const rank = (file: string) => order.findIndex((folder) => file.includes(`test/${folder}`))

/**
 * The quick tests of small parts first: most mutants are caught there. What loads everything comes last: what a module
 * does while it is loaded would else count as covered by that test alone.
 */
export class NearFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one.moduleId) - rank(other.moduleId))
  }
}
