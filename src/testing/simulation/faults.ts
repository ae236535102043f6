import type { CallFault, FunctionFault, Plan, SinkFault, TableFault } from './plan.ts'

/** What goes wrong next. Once the world is calm, nothing does. */
export interface Faults {
  readonly ofCall: (target: number) => CallFault
  readonly ofSink: () => SinkFault
  readonly ofTable: () => TableFault
  readonly ofFunction: () => FunctionFault
  readonly calm: () => void
}

export function faults({ calls, sink, table, functions }: Plan): Faults {
  let isCalm = false
  function planned<T>(list: readonly T[], none: T): () => T {
    let next = 0
    return () => (isCalm ? none : (list[next++] ?? none))
  }
  const ofCalls = calls.map((list) => planned<CallFault>(list, 'none'))
  return {
    ofCall: (target) => ofCalls[target % Math.max(1, ofCalls.length)]?.() ?? 'none',
    ofSink: planned<SinkFault>(sink, 'none'),
    ofTable: planned<TableFault>(table, 'none'),
    ofFunction: planned<FunctionFault>(functions, 'none'),
    calm() {
      isCalm = true
    },
  }
}
