import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'test/types')
const scenarios = readdirSync(join(folder, 'scenarios'))
const variants = readdirSync(folder).filter((file) => file.startsWith('tsconfig'))

describe('the code that users write compiles against the built package', () => {
  const parsed = new Map<string, ts.SourceFile | undefined>()

  test.for(variants)('%s', (variant) => {
    const program = programOf(variant, parsed)
    const files = program.getSourceFiles().filter(({ fileName }) => isOurs(fileName))
    const seen = files.map(({ fileName }) => fileName)
    for (const name of scenarios) expect(seen).toContain(join(folder, 'scenarios', name))
    expect(seen).toContain(join(root, 'dist/index.d.ts'))
    expect(seen.filter((name) => name.includes('/src/'))).toEqual([])

    expect([...program.getOptionsDiagnostics(), ...files.flatMap((file) => problems(program, file))].map(said)).toEqual(
      [],
    )
  })
})

test('the checker reports a scenario that is wrong', () => {
  const wrong = join(folder, 'scenarios/faults.ts')
  const text = readFileSync(wrong, 'utf8').replace('targets: {', 'tragets: {')
  const program = programOf(
    'tsconfig.json',
    new Map([[wrong, ts.createSourceFile(wrong, text, ts.ScriptTarget.ES2022)]]),
  )
  expect(problems(program, program.getSourceFile(wrong)!).map(said).join()).toContain("'tragets' does not exist")
})

/** The variants differ in options of the checker only, so that they share what is parsed. */
function programOf(variant: string, parsed: Map<string, ts.SourceFile | undefined>): ts.Program {
  const file = join(folder, variant)
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, (name) => ts.sys.readFile(name)).config,
    ts.sys,
    folder,
    { skipLibCheck: false },
    file,
  )
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  host.getSourceFile = (name, ...rest) => {
    const module = typeof rest[0] === 'object' ? rest[0].impliedNodeFormat : undefined
    const key = parsed.has(name) ? name : `${String(module)} ${name}`
    if (!parsed.has(key)) parsed.set(key, read(name, ...rest))
    return parsed.get(key)
  }
  return ts.createProgram(fileNames, options, host)
}

/** Other people's declarations are checked by other people. */
function isOurs(name: string): boolean {
  return name.startsWith(root) && !name.includes('/node_modules/')
}

function problems(program: ts.Program, file: ts.SourceFile): readonly ts.Diagnostic[] {
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
}

function said({ file, start, messageText }: ts.Diagnostic): string {
  const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0
  return `${file?.fileName.slice(root.length) ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}
