import { TestRunner, type RunnerTestFile, type RunnerTestSuite } from 'vitest'
import { collectedTests, servingFile } from './collected-tests.ts'

/** Loads the test files and keeps their tests, but runs none of them: `serve.test.ts` does, with a mutant at a time. */
export default class CollectingRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    for (const file of files) if (!file.filepath.endsWith(servingFile)) keep(file)
  }
}

function keep(suite: RunnerTestSuite): void {
  for (const task of suite.tasks) {
    if (task.type === 'suite') keep(task)
    else if (task.mode === 'run' || task.mode === 'queued') collectedTests.push(task)
    task.mode = 'skip'
  }
}
