/**
 * The order of UTF-8 bytes, which is the order of code points. JavaScript's own is the order of UTF-16 units: it puts
 * '😀' before '\uffee'.
 */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
