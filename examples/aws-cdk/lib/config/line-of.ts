import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** Where config.ts and warehouses.ts are. */
export const settingsFolder = new URL('../../', import.meta.url)

/** Where in a file of the folder a setting stands: `warehouses.ts:12`. What is not there is looked for one level up. */
export function lineOf(
  file: 'config.ts' | 'warehouses.ts',
  path: readonly (string | number)[],
  folder: URL = settingsFolder,
): string {
  const text = readFileSync(new URL(file, folder), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const [name, ...inner] = path
  const found = place(declared(source, String(name)), inner)
  if (!found) return file
  return `${file}:${source.getLineAndCharacterOfPosition(found.getStart(source)).line + 1}`
}

function declared(source: ts.SourceFile, name: string): ts.Expression | undefined {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue
    const declaration = statement.declarationList.declarations.find(({ name: own }) => own.getText(source) === name)
    if (declaration?.initializer) return declaration.initializer
  }
  return undefined
}

function place(value: ts.Expression | undefined, [step, ...inner]: readonly (string | number)[]): ts.Node | undefined {
  if (value === undefined || step === undefined) return value
  if (ts.isArrayLiteralExpression(value)) return place(value.elements[Number(step)], inner) ?? value
  if (!ts.isObjectLiteralExpression(value)) return value
  const property = value.properties.find(({ name }) => name?.getText() === step)
  if (!property) return value
  const inside = inner.length > 0 && ts.isPropertyAssignment(property) ? place(property.initializer, inner) : undefined
  return inside ?? property
}
