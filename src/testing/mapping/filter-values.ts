import { BlockList, isIP } from 'node:net'

/** Judges one value of a record that is neither an object nor a list. */
export type LeafTest = (leaf: unknown) => boolean

/** Refuses a pattern: what is wrong with it, and what to write instead. */
export type Refuse = (problem: string, remedy: string) => never

const mostNumeric = 5e9

/** Numbers only, -5,000,000,000 to 5,000,000,000: never the text that DynamoDB makes of a number. */
export function numeric(operand: unknown, refuse: Refuse): LeafTest {
  const remedy = 'Give ["=", n], [">", n] with one of = > >= < <=, or a range such as [">", n, "<=", m] with n below m.'
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    return refuse('numeric takes one comparison or two', remedy)
  const [first, low, second, high] = operand as readonly unknown[]
  if (operand.length === 2) return onNumber(compared(first, low, refuse))
  const tests = [compared(first, low, refuse), compared(second, high, refuse)]
  const opens = first === '>' || first === '>='
  const closes = second === '<' || second === '<='
  if (!opens || !closes || Number(low) >= Number(high)) refuse('numeric takes no such range', remedy)
  return onNumber((leaf) => tests.every((test) => test(leaf)))
}

function onNumber(test: (leaf: number) => boolean): LeafTest {
  return (leaf) => typeof leaf === 'number' && Math.abs(leaf) <= mostNumeric && test(leaf)
}

function compared(operator: unknown, bound: unknown, refuse: Refuse): (leaf: number) => boolean {
  if (typeof bound !== 'number' || Math.abs(bound) > mostNumeric)
    return refuse('numeric takes no such bound', 'Give numbers from -5,000,000,000 to 5,000,000,000.')
  switch (operator) {
    case '=':
      return (leaf) => leaf === bound
    case '>':
      return (leaf) => leaf > bound
    case '>=':
      return (leaf) => leaf >= bound
    case '<':
      return (leaf) => leaf < bound
    case '<=':
      return (leaf) => leaf <= bound
    default:
      return refuse('numeric knows no such comparison', 'Give one of = > >= < <=.')
  }
}

/** Texts that are addresses of the block's own family. */
export function cidr(operand: unknown, refuse: Refuse): LeafTest {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text(operand, refuse)) ?? []
  const version = isIP(address)
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128))
    refuse('cidr takes a block of addresses', 'Give one such as "10.0.0.0/24" or "2001:db8::/32".')
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const block = new BlockList()
  block.addSubnet(address, Number(bits), family)
  return onText((leaf) => isIP(leaf) === version && block.check(leaf, family))
}

/** Texts. Its parts are sought in their order, without backtracking: each at its earliest, the last at the end. */
export function wildcard(operand: unknown, refuse: Refuse): LeafTest {
  const [first = '', ...others] = wildcardParts(text(operand, refuse), refuse)
  const last = others.pop()
  return onText((leaf) => {
    if (last === undefined) return leaf === first
    if (!leaf.startsWith(first)) return false
    let from = first.length
    for (const part of others) {
      const found = leaf.indexOf(part, from)
      if (found < 0) return false
      from = found + part.length
    }
    return leaf.length - last.length >= from && leaf.endsWith(last)
  })
}

/** What stands between the asterisks. */
function wildcardParts(pattern: string, refuse: Refuse): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const [token] of pattern.matchAll(/\\[^]?|[^]/g)) {
    if (token.startsWith('\\') && token !== '\\*' && token !== '\\\\')
      refuse('wildcard has a backslash that escapes nothing', 'Escape only an asterisk or a backslash with it.')
    if (token !== '*') part += token.startsWith('\\') ? token.slice(1) : token
    else if (part === '' && parts.length > 0) refuse('wildcard has two asterisks in a row', 'Write one.')
    else {
      parts.push(part)
      part = ''
    }
  }
  return [...parts, part]
}

/** An operand that has to be a text. */
export function text(operand: unknown, refuse: Refuse): string {
  return typeof operand === 'string' ? operand : refuse('the operator takes a text', 'Give a text.')
}

/** A test that no value but a text passes. */
export function onText(test: (leaf: string) => boolean): LeafTest {
  return (leaf) => typeof leaf === 'string' && test(leaf)
}
