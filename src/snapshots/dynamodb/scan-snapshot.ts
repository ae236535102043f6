import { capacityLimit } from '../../aws/dynamodb/capacity-limit.ts'
import { positionText } from '../../aws/dynamodb/scan-position.ts'
import { scanRows, type ScanRequest } from '../../aws/dynamodb/scan-rows.ts'
import { decodeImage } from '../../core/attribute-value.ts'
import type { Snapshot, SnapshotEntry } from '../../ports/snapshot.ts'
import type { DynamoDbSnapshotSettings } from './settings.ts'

export function scanSnapshot(settings: DynamoDbSnapshotSettings): Snapshot {
  const { reader, clock, segments, unitsPerSecond, input, from } = settings
  const onPage = pageObserver(settings)
  return {
    order: 'none',
    pages: ({ signal, partition }) =>
      scanRows(reader, {
        ...{ signal, partition, segments, input, from, onPage },
        entryOf: (row): SnapshotEntry => ({ item: decodeImage(row) }),
        limit: unitsPerSecond === undefined ? undefined : capacityLimit(unitsPerSecond, segments, clock),
      }),
  }
}

function pageObserver({ onProgress, source }: DynamoDbSnapshotSettings): ScanRequest<unknown>['onPage'] {
  return (
    onProgress &&
    (({ rows, units, position }) =>
      onProgress({ rows, units, resumeFrom: () => positionText({ source, ...position }) }))
  )
}
