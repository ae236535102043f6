import ts from 'typescript'

/** What one source file reaches for. */
export interface SourceFacts {
  readonly imports: readonly { readonly specifier: string; readonly typeOnly: boolean }[]
  /** Globals as they are written: `console`, `Date.now`, `new Date()`. */
  readonly globals: readonly string[]
}

export function sourceFacts(path: string, text: string): SourceFacts {
  const imports: { specifier: string; typeOnly: boolean }[] = []
  const globals = new Set<string>()
  const visit = (node: ts.Node): void => {
    const found = importIn(node)
    if (found) imports.push(found)
    if (ts.isIdentifier(node) && isReference(node)) globals.add(asWritten(node))
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true))
  return { imports, globals: [...globals] }
}

function importIn(node: ts.Node) {
  if (ts.isImportDeclaration(node)) return from(node.moduleSpecifier, isTypeImport(node.importClause))
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return from(node.moduleSpecifier, node.isTypeOnly || allTypes(node.exportClause))
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return from(node.argument.literal, true)
  if (!ts.isCallExpression(node)) return undefined
  const loads = node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require'
  return loads ? from(node.arguments[0]!, false) : undefined
}

function from(specifier: ts.Node, typeOnly: boolean) {
  return { specifier: ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText(), typeOnly }
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (!clause.name && allTypes(clause.namedBindings))
}

function allTypes(names: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  return (
    names !== undefined &&
    (ts.isNamedImports(names) || ts.isNamedExports(names)) &&
    names.elements.length > 0 &&
    names.elements.every((element) => element.isTypeOnly)
  )
}

/** Neither a name that is declared here, nor a member of something, nor a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  return !('name' in parent && parent.name === node)
}

function asWritten(node: ts.Identifier): string {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return `${node.text}.${parent.name.text}`
  if (ts.isNewExpression(parent) && !parent.arguments?.length) return `new ${node.text}()`
  if (ts.isCallExpression(parent) && parent.expression === node) return `${node.text}()`
  return node.text
}
