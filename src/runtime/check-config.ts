import type { SyncConfig } from './config.ts'

export function checkSync(_config: SyncConfig<never>): void {}
