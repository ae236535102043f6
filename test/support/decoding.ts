import { createStreamSyncHandler, type Change, type StreamRecord, type StreamSyncConfig } from 'dynamodb-stream-sync'
import { memoryDlq, memoryMetrics } from 'dynamodb-stream-sync/testing'

/** A sync under test: what its one warehouse got, what was parked, what was logged and answered. */
export async function synced<Item>(
  records: readonly unknown[],
  config: Omit<StreamSyncConfig<Item>, 'targets'> & { readonly when?: ((item: Item) => boolean) | undefined },
  routes: Readonly<Record<string, ((item: Item) => boolean) | undefined>> = { east: undefined },
) {
  const dlq = memoryDlq()
  const metrics = memoryMetrics()
  const lines: string[] = []
  const log = (message: string, fields: Record<string, unknown>) =>
    void lines.push(`${message} ${JSON.stringify(fields)}`)
  const changes: Change<Item>[] = []
  const got: { target: string; type: string; key: string }[] = []
  const targets = Object.fromEntries(
    Object.entries(routes).map(([name, when]) => [
      name,
      {
        when,
        target: {
          guarded: true,
          apply: (change: Change<Item>) => {
            changes.push(change)
            got.push({ target: name, type: change.type, key: change.key })
            return Promise.resolve('applied' as const)
          },
        },
      },
    ]),
  )
  const handler = createStreamSyncHandler<Item>({
    ...config,
    targets,
    dlq,
    metrics,
    logger: { info: log, warn: log, error: log },
  })
  const { batchItemFailures } = await handler({ Records: records as readonly StreamRecord[] })
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  return { changes, got, failed, letters: dlq.letters(), lines, metrics }
}
