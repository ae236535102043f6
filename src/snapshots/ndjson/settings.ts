import { givenOptions } from '../../core/given-options.ts'
import { checkedFile, checkedRowBytes } from '../../files/check-options.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import { checkRowOptions, rowOptionNames } from '../../rows/check-options.ts'
import type { NdjsonSnapshotOptions } from '../ndjson.ts'

/** @throws ConfigError for an option that cannot work. */
export function ndjsonSettings(options: NdjsonSnapshotOptions): {
  readonly file: string
  readonly order: Snapshot['order']
  readonly maxLineBytes: number
} {
  const given = givenOptions('ndjsonSnapshot', options, ['file', 'maxLineBytes', ...rowOptionNames], '{ file }')
  checkRowOptions(given)
  return {
    file: checkedFile(given),
    order: options.order ?? 'none',
    maxLineBytes: checkedRowBytes('maxLineBytes', given),
  }
}
