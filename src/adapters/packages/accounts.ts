import { putDirectory, putFile, type RootTree } from './root-tree.ts'

/** The unprivileged user of distroless images. */
export const nonroot = { name: 'nonroot', id: 65532, home: '/home/nonroot' } as const

/** passwd, group, nsswitch.conf and home directories for an image without a shell: root, nobody and nonroot. */
export function putAccounts(tree: RootTree): void {
  const noLogin = '/sbin/nologin'
  putFile(
    tree,
    'etc/passwd',
    [
      `root:x:0:0:root:/root:${noLogin}`,
      `nobody:x:65534:65534:nobody:/nonexistent:${noLogin}`,
      `${nonroot.name}:x:${nonroot.id}:${nonroot.id}:${nonroot.name}:${nonroot.home}:${noLogin}`,
      '',
    ].join('\n'),
  )
  putFile(
    tree,
    'etc/group',
    ['root:x:0:', 'tty:x:5:', 'staff:x:50:', `${nonroot.name}:x:${nonroot.id}:`, 'nogroup:x:65534:', ''].join('\n'),
  )
  // Without it glibc looks hosts up by DNS first and ignores /etc/hosts.
  putFile(
    tree,
    'etc/nsswitch.conf',
    'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n',
  )
  putDirectory(tree, 'root', { mode: 0o700 })
  putDirectory(tree, nonroot.home.slice(1), { mode: 0o700, uid: nonroot.id, gid: nonroot.id })
}
