export {
  eventSourceMapping,
  type EventSourceMapping,
  type EventSourceMappingOptions,
  type Filter,
  type FilterCriteria,
  type Invocation,
  type InvocationOutcome,
  type MappedEvent,
  type MappingOptions,
  type MemorySource,
  type OnFailureCondition,
  type OnFailurePointer,
  type StreamsClient,
  type StreamSource,
  type TumblingWindow,
  type UndocumentedBehaviour,
} from './event-source-mapping.ts'
export type { Clause } from './clause.ts'
export type { Fault } from './faults.ts'
export { manualClock, type ManualClock } from './manual-clock.ts'
export { memoryDlq, type MemoryDlq, type MemoryDlqOptions } from './memory-dlq.ts'
export { memoryMetrics, type MemoryMetrics } from './memory-metrics.ts'
export { memoryTarget, type MemoryTarget, type MemoryTargetOptions } from './memory-target.ts'
export { streamEvent, streamRecord, type RecordOptions } from './stream-record.ts'
export { warehouseTargetContract, type TargetAbility, type TargetContractOptions } from './target-contract.ts'
export { dlqSinkContract, type DlqContractOptions } from './dlq-contract.ts'
export { lockContract, type LockContractOptions } from './lock-contract.ts'
export { snapshotContract, type SnapshotContractOptions } from './snapshot-contract.ts'
export { arbitraries, type Arbitraries } from './arbitraries.ts'
export { mergeLaws, type MergeLawsOptions } from './merge-laws.ts'
export { reconcileLaws, type ReconcileLawsOptions } from './reconcile-laws.ts'
export { simulateSync, type SimulateOptions, type SimulatedWorld } from './simulate.ts'
