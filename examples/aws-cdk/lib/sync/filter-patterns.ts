import type { Deployment } from '../config/types.ts'

type Pattern = Readonly<Record<string, unknown>>

/** DynamoDB says who removed an item only where it was its time to live. */
const byNobody = { userIdentity: { principalId: [{ exists: false }] } }

/**
 * What Lambda need not hand to the function, because no warehouse wants it: writes of items that neither were nor are what
 * `only` asks for, and with `ttl: 'ignore'` removals by time to live. What lacks the attribute passes: the handler parks it.
 * Undefined: everything passes. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 */
export function filterPatterns({
  only,
  ttl,
}: Pick<Deployment['sync'], 'only' | 'ttl'>): readonly Pattern[] | undefined {
  const removal = ttl === 'ignore' ? byNobody : {}
  if (!only) return ttl === 'ignore' ? [byNobody] : undefined
  const image = (name: string, value: unknown) => ({ dynamodb: { [name]: { [only.attribute]: { S: [value] } } } })
  const missing = { exists: false }
  return [
    image('NewImage', only.value),
    { ...image('OldImage', only.value), ...removal },
    { eventName: ttl === 'ignore' ? ['MODIFY'] : ['INSERT', 'MODIFY'], ...image('NewImage', missing) },
    { eventName: ['MODIFY', 'REMOVE'], ...image('OldImage', missing), ...removal },
    // An item whose end was ignored is still in the warehouses: when it comes back as another, it leaves them.
    ...(ttl === 'ignore' ? [{ eventName: ['INSERT'] }] : []),
  ]
}
