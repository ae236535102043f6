import { isRecord } from '../../core/objects.ts'
import { cidr, numeric, onText, text, wildcard, type LeafTest, type Refuse } from './filter-values.ts'

type Operator = (operand: unknown, refuse: Refuse) => LeafTest

const prefix = affix((leaf, part) => leaf.startsWith(part))
const suffix = affix((leaf, part) => leaf.endsWith(part))

const operators: Readonly<Record<string, Operator>> = {
  prefix,
  suffix,
  'equals-ignore-case': ignoringCase,
  'anything-but': anythingBut,
  numeric,
  wildcard,
  cidr,
}

const insideAnythingBut: Readonly<Record<string, Operator>> = {
  prefix: filled(prefix),
  suffix: filled(suffix),
  'equals-ignore-case': ignoringCase,
  wildcard,
}

/** The names that mean something inside a list of alternatives, in the order in which messages tell them. */
export const operatorNames: readonly string[] = [...Object.keys(operators), 'exists']

/**
 * Reads one alternative of a pattern's list, `exists` excepted: a plain value, equal to itself alone, or an operator.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function leafTest(alternative: unknown, refuse: Refuse): LeafTest {
  if (Array.isArray(alternative)) return refuse('a list stands in a list', 'Name the values one by one.')
  if (!isRecord(alternative)) return (leaf) => leaf === alternative
  const [name, operand] = onlyMember(alternative, refuse)
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  return operator ? operator(operand, refuse) : unknownOperator(name, refuse)
}

/**
 * Whether AWS documents an alternative for filters of DynamoDB's records. Its page on Lambda's filters lists no `cidr`, no
 * `wildcard` and nothing but values in `anything-but` and texts in `prefix` and `suffix`; its page on DynamoDB excludes
 * `numeric`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 */
export function isDocumented(alternative: unknown): boolean {
  if (!isRecord(alternative)) return true
  return Object.entries(alternative).every(
    ([name, operand]) => !['numeric', 'wildcard', 'cidr'].includes(name) && !isRecord(operand),
  )
}

/** What is not the one operator that an object in a list has to be. */
export function onlyMember(alternative: Readonly<Record<string, unknown>>, refuse: Refuse): readonly [string, unknown] {
  const [member, ...more] = Object.entries(alternative)
  if (member && more.length === 0) return member
  return refuse('an object in a list is no single operator', `Give one of ${operatorNames.join(', ')}.`)
}

function unknownOperator(name: string, refuse: Refuse): never {
  return refuse(`${JSON.stringify(name.slice(0, 50))} is no operator`, `Give one of ${operatorNames.join(', ')}.`)
}

function anythingBut(operand: unknown, refuse: Refuse): LeafTest {
  const allowed = Object.keys(insideAnythingBut).join(', ')
  const remedy = `Give a text, a number, a list of only texts or only numbers, or an object with one of ${allowed}.`
  if (isRecord(operand)) {
    const [name, inner] = onlyMember(operand, refuse)
    const operator = Object.hasOwn(insideAnythingBut, name) ? insideAnythingBut[name] : undefined
    const members = listOf(inner)
    if (!operator || members.length === 0) return refuse('anything-but takes no such object', remedy)
    return noneOf(members.map((member) => operator(member, refuse)))
  }
  const unwanted = listOf(operand)
  const [first] = unwanted
  const isUniform = unwanted.every((member) => typeof member === typeof first)
  if (!isUniform || (typeof first !== 'string' && typeof first !== 'number'))
    refuse('anything-but takes no such value', remedy)
  return noneOf(unwanted.map((member) => (leaf) => leaf === member))
}

function ignoringCase(operand: unknown, refuse: Refuse): LeafTest {
  const wanted = text(operand, refuse).toLowerCase()
  return onText((leaf) => leaf.toLowerCase() === wanted)
}

/** Takes a text, or `{ "equals-ignore-case": text }`. */
function affix(has: (leaf: string, part: string) => boolean): Operator {
  return (operand, refuse) => {
    if (!isRecord(operand)) {
      const part = text(operand, refuse)
      return onText((leaf) => has(leaf, part))
    }
    const [name, inner] = onlyMember(operand, refuse)
    if (name !== 'equals-ignore-case')
      refuse('the operator takes no such object', 'Give a text, or equals-ignore-case.')
    const part = text(inner, refuse).toLowerCase()
    return onText((leaf) => has(leaf.toLowerCase(), part))
  }
}

/** Every text begins and ends with an empty one: anything but that would be nothing. */
function filled(operator: Operator): Operator {
  return (operand, refuse) =>
    operator(
      text(operand, refuse) === '' ? refuse('anything-but takes no empty text here', 'Give one.') : operand,
      refuse,
    )
}

function listOf(operand: unknown): readonly unknown[] {
  return Array.isArray(operand) ? operand : [operand]
}

function noneOf(tests: readonly LeafTest[]): LeafTest {
  return (leaf) => !tests.some((test) => test(leaf))
}
