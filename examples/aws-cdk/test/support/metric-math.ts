type Value = number | undefined
export type Series = (name: string) => Value

/**
 * The part of CloudWatch's metric math that the template uses, at one point of time: numbers, names, `+ - * / >`,
 * parentheses, `FILL(name, number)` and `IF(condition, value, other)`. Where an operand is missing, so is the result, and a
 * division by zero has none. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @throws Error for anything else.
 */
export function metricMath(expression: string, series: Series): Value {
  const tokens = expression.match(/[a-z]\w*|[A-Z]+|\d+(?:\.\d+)?|[-+*/>(),]|\S/g) ?? []
  let next = 0
  const take = (expected?: string): string => {
    const token = tokens[next++]
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`'${String(token)}' is not what metric math has there: ${expression}`)
    return token
  }
  const operated = (operators: string, operand: () => Value): Value => {
    let left = operand()
    while (tokens[next] !== undefined && operators.includes(tokens[next]!)) left = applied(take(), left, operand())
    return left
  }
  const compared = (): Value => operated('>', () => operated('+-', () => operated('*/', single)))
  const called = (name: string): Value => {
    take('(')
    const values = [compared()]
    while (tokens[next] === ',') {
      take(',')
      values.push(compared())
    }
    take(')')
    const [first, second, third] = values
    if (name === 'FILL' && values.length === 2) return first ?? second
    if (name === 'IF' && values.length === 3) return first === undefined ? undefined : first === 0 ? third : second
    throw new Error(`Metric math has no ${name} of ${values.length}: ${expression}`)
  }
  const single = (): Value => {
    const token = take()
    if (token === '(') {
      const value = compared()
      take(')')
      return value
    }
    if (/^[A-Z]/.test(token)) return called(token)
    if (/^\d/.test(token)) return Number(token)
    if (/^[a-z]/.test(token)) return series(token)
    throw new Error(`'${token}' is not what metric math has there: ${expression}`)
  }
  const value = compared()
  if (next < tokens.length) throw new Error(`Metric math ends before '${tokens[next]!}': ${expression}`)
  return value
}

function applied(operator: string, left: Value, right: Value): Value {
  if (left === undefined || right === undefined) return undefined
  if (operator === '+') return left + right
  if (operator === '-') return left - right
  if (operator === '*') return left * right
  if (operator === '>') return left > right ? 1 : 0
  return right === 0 ? undefined : left / right
}
