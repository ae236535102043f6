/**
 * Orders two sequence numbers of one stream: as numbers where both are, else by length and then by text. They have 21
 * to 40 digits on AWS, one to three in its samples, and leading zeros in DynamoDB Local.
 */
export function compareSequenceNumbers(a: string, b: string): number {
  const left = a.replace(/^0+(?=.)/, '')
  const right = b.replace(/^0+(?=.)/, '')
  if (left.length !== right.length) return left.length - right.length
  return left < right ? -1 : left > right ? 1 : 0
}
