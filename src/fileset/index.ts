export type { ContentOrigin, PlannedEntry, TreeNode, TreeView } from './view.ts'
