export type { EntryKind, LayerEntry } from './entry.ts'
