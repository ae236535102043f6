// region consumer
export interface StockEvent {
  readonly key: string
  readonly version: string
  readonly type: 'upsert' | 'removal'
  readonly item?: Readonly<Record<string, unknown>>
}

/** What a partner does with each event that its rule sends, in whatever order and however often it comes. */
export function onStockEvent({ detail }: { readonly detail: StockEvent }, held: Map<string, StockEvent>): void {
  const last = held.get(detail.key)
  if (last && last.version >= detail.version) return // it came late, or twice
  held.set(detail.key, detail) // a removal as well: it keeps away what is older
}
// endregion
