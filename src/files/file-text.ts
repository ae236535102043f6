import { isAscii, isUtf8 } from 'node:buffer'
import { SnapshotError } from '../errors.ts'

/** How a file's bytes become text. Both leave ASCII as it is. */
export type FileEncoding = 'utf-8' | 'windows-1252'

const newline = 0x0a
/** What windows-1252 has from 0x80 to 0x9f, where ISO 8859-1 has control characters. https://encoding.spec.whatwg.org/#windows-1252 */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Bytes as text; undefined for what is no UTF-8. */
export function textOf(bytes: Buffer, encoding: FileEncoding): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (encoding === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : undefined
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (one) => windows1252.charAt(one.charCodeAt(0) - 0x80))
}

/** Which line of these bytes, counted from 0, is the first that is no UTF-8. */
export function invalidLine(bytes: Buffer): number {
  let line = 0
  for (let start = 0; start < bytes.length; line++) {
    const at = bytes.indexOf(newline, start)
    const end = at < 0 ? bytes.length : at
    if (!isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
  return line
}

/** How many bytes a byte order mark takes at the start of a file. @throws SnapshotError for one of UTF-16. */
export function markBytes(start: Buffer, file: string): number {
  const [first, second, third] = start
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new SnapshotError(`${file} is written in UTF-16. Save it as UTF-8.`)
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0
}
