/** The `source` of the events for one group: what its rule asks for. */
export function groupSource(name: string): string {
  return `inventory.${name}`
}
