/** A value of a template as text: references by their logical ids, with the attribute that is asked for. */
export function plainText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Readonly<Record<string, any>>
  if (ref !== undefined) return withoutHash(ref)
  if (attribute) return [withoutHash(attribute[0]), ...(attribute[1] === 'Arn' ? [] : [attribute[1]])].join('.')
  if (join) return join[1].map(plainText).join(join[0])
  return JSON.stringify(value)
}

/** A logical id as the code names it: CDK adds eight digits. */
export function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '')
}
