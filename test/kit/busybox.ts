import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** Debian's busybox-static, where it is installed: a whole userland in one file. */
export const busybox = '/bin/busybox'

/** Why tests with busybox cannot run here; undefined when they can. */
export function withoutBusybox(): string | undefined {
  return existsSync(busybox) ? undefined : `${busybox} is missing: install busybox-static`
}

const applets = [
  'cat',
  'chmod',
  'chown',
  'echo',
  'env',
  'hostname',
  'httpd',
  'id',
  'ln',
  'ls',
  'mkdir',
  'mkfifo',
  'nc',
  'ps',
  'pwd',
  'rm',
  'sh',
  'sleep',
  'stty',
  'test',
  'touch',
  'tty',
  'wget',
]

/** Writes the tar of a small root file system into `directory`; the same bytes every time. Returns its path. */
export function busyboxTar(directory: string): string {
  const root = path.join(directory, 'rootfs')
  for (const made of ['bin', 'etc', 'tmp', 'www']) mkdirSync(path.join(root, made), { recursive: true })
  copyFileSync(busybox, path.join(root, 'bin/busybox'))
  for (const applet of applets) symlinkSync('busybox', path.join(root, 'bin', applet))
  writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/tmp:/bin/sh\n')
  writeFileSync(path.join(root, 'etc/group'), 'root:x:0:\napp:x:1000:\n')
  writeFileSync(path.join(root, 'www/index.html'), 'served\n')
  const tar = path.join(directory, 'rootfs.tar')
  const fixed = ['--sort=name', '--mtime=@1700000000', '--numeric-owner', '--owner=0', '--group=0']
  execFileSync('tar', ['-C', root, ...fixed, '-cf', tar, '.'])
  return tar
}
