import { BaseSequencer, type TestSpecification } from 'vitest/node'

const order = ['unit/core', 'unit/runtime', 'unit/reconcile', 'unit/promises', 'unit/', 'property/']

const rank = (file: string) => order.findIndex((folder) => file.includes(`test/${folder}`))

/** The quick tests of small parts first: most mutants are caught there. */
export class NearFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one.moduleId) - rank(other.moduleId))
  }
}
