/** What the place holds. */
export interface Row {
  readonly sku: string
  readonly quantity: number
}

const rowOf = (sku: string, index: number): Row => ({ sku, quantity: index })

export const few = ['B2', 'A1', 'C3'].map(rowOf)
export const many = Array.from({ length: 2_500 }, (_, index) => rowOf(`sku-${(index * 7_919) % 2_500}`, index))
export const hostile = [
  ...['\u{1f600}', '\uffee', 'b', 'B', 'a b', 'ab', 'é', 'e\u0301', '"quoted", and more', "it's", '007', '7', '7.0'],
  ...['line\nbreak', '{"json":1}', '__proto__', 'null', '\u{10fffd}', '\ud7ff', '~', '!'],
].map(rowOf)
