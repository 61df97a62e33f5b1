import { joinPath, type TreeView } from '../../src/fileset/index.ts'

/** A tree as text for comparisons in tests: path, kind, mode, owner, then content, link target or device numbers. */
export function treeLines(view: TreeView, { from = '' }: { readonly from?: string } = {}): readonly string[] {
  return view.names(from).flatMap((name) => {
    const path = joinPath(from, name)
    const node = view.node(path)
    if (node === undefined) return [`${path} missing`]
    const { kind, mode, uid, gid, linkname } = node
    const content = kind === 'file' ? Buffer.from(view.read(path)).toString('utf8') : (linkname ?? '')
    const line = `${path} ${kind} ${mode.toString(8)} ${uid}:${gid} ${content}`.trim()
    return [line, ...treeLines(view, { from: path })]
  })
}
