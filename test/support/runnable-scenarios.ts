import type { Plugin } from 'vitest/config'

const folder = 'test/types/scenarios'

/** The scenarios that are tests themselves. */
export const scenarioFiles: readonly string[] = ['faults', 'merge-rule', 'prove-and-test'].map(
  (name) => `${folder}/${name}.ts`,
)

/**
 * Lets the scenarios run as they stand, but for what is only a question to the type checker: statements that must not
 * compile, whatever needs a PostgreSQL pool, and what `own-item.ts` builds beyond its item on addresses that exist
 * nowhere. Lines are emptied, never moved.
 */
export function runnableScenarios(): Plugin {
  return {
    name: 'runnable-scenarios',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes(`${folder}/`)) return undefined
      const compiles = code.replace(/^\/\/ @ts-expect-error.*\n.*$/gm, '\n').replace(/^.*\bPool\b.*$/gm, '')
      return { code: id.endsWith('/own-item.ts') ? throughItem(compiles) : compiles, map: null }
    },
  }
}

function throughItem(code: string): string {
  const end = code.indexOf('\n', code.indexOf('export const stock = defineItem('))
  return code.slice(0, end)
}
