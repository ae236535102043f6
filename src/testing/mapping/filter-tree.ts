import { isRecord } from '../../core/objects.ts'
import type { LeafTest } from './filter-values.ts'

/** What a pattern asks of one field: a value that passes the test, or, without a test, no value at all. */
export interface Condition {
  readonly path: readonly string[]
  readonly test: LeafTest | undefined
}

interface Tree {
  readonly conditions: Condition[]
  readonly fields: Map<string, Tree>
}

/**
 * Conditions that have to hold together. Where a record has a list of objects, all that ask for a value have to find it
 * within one of them; one that asks for none looks into the same, or into all where nothing else is asked.
 */
export function conjunction(conditions: readonly Condition[]): (record: unknown) => boolean {
  const root = newTree()
  for (const condition of conditions) {
    let tree = root
    for (const name of condition.path) {
      const next = tree.fields.get(name) ?? newTree()
      tree.fields.set(name, next)
      tree = next
    }
    tree.conditions.push(condition)
  }
  return (record) => holds(root, record)
}

function newTree(): Tree {
  return { conditions: [], fields: new Map() }
}

function holds(tree: Tree, value: unknown): boolean {
  return tree.conditions.every(({ test }) => answers(test, value)) && (tree.fields.size === 0 || inside(tree, value))
}

function inside(tree: Tree, value: unknown): boolean {
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value
    return asks(tree) ? elements.some((element) => inside(tree, element)) : elements.every((one) => inside(tree, one))
  }
  const fields = isRecord(value) ? value : {}
  return [...tree.fields].every(([name, field]) => holds(field, Object.hasOwn(fields, name) ? fields[name] : undefined))
}

/** Whether any condition of a tree's fields asks for a value. */
function asks(tree: Tree): boolean {
  return [...tree.fields.values()].some(
    (field) => field.conditions.some(({ test }) => test !== undefined) || asks(field),
  )
}

function answers(test: LeafTest | undefined, value: unknown): boolean {
  const found = leaves(value)
  return test ? found.some(test) : found.length === 0
}

/** The values at a place: neither objects nor lists. */
function leaves(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(leaves)
  return value === undefined || isRecord(value) ? [] : [value]
}
