import { spawnSync } from 'node:child_process'
import { lstatSync, lutimesSync } from 'node:fs'
import { fsPath, pathFromBytes, pathToBytes, SlipwayError } from '../../core/index.ts'
import { isKept, type PosixCalls, refused, type SpecialFile, type Xattrs } from './posix-calls.ts'

/** The calls through commands of coreutils and attr, one shell for all queued changes. */
export function commandCalls(): PosixCalls {
  const specials: SpecialFile[] = []
  const attributes: { readonly path: string; readonly xattrs: Xattrs }[] = []
  const times: { readonly path: string; readonly mtime: bigint }[] = []
  return {
    way: 'commands',
    xattrReader: (root) => {
      const found = readTree(root)
      return (path) => found.get(path)
    },
    setXattrs: (path, xattrs) => attributes.push({ path, xattrs }),
    makeSpecial: (file) => specials.push(file),
    setTime: (path, mtime) => {
      if (!setWholeSecond(path, mtime)) times.push({ path, mtime })
    },
    flush: () => {
      runScript(specials.splice(0).flatMap(specialLines), 'make the special files')
      restoreXattrs(attributes.splice(0))
      runScript(times.splice(0).map(timeLine), 'set the modification times')
    },
  }
}

/** node:fs passes times as floating point, exact for whole seconds only. False when another way is needed. */
function setWholeSecond(path: string, mtime: bigint): boolean {
  if (mtime % 1_000_000_000n !== 0n || mtime < 0n) return false
  const seconds = Number(mtime / 1_000_000_000n)
  try {
    lutimesSync(fsPath(path), seconds, seconds)
  } catch {
    return false
  }
  return lstatSync(fsPath(path), { bigint: true }).mtimeNs === mtime
}

function specialLines(file: SpecialFile): Buffer[] {
  const path = quoted(file.path)
  const device = file.kind === 'fifo' ? 'p' : `${file.kind === 'char' ? 'c' : 'b'} ${file.major} ${file.minor}`
  const line = (command: string, tail: string) =>
    Buffer.concat([Buffer.from(`${command} -- `), path, Buffer.from(`${tail} || exit 1\n`)])
  return [
    line('mknod -m 600', ` ${device}`),
    ...(file.uid !== 0 || file.gid !== 0 ? [line(`chown -h ${file.uid}:${file.gid}`, '')] : []),
    line(`chmod ${file.mode.toString(8)}`, ''),
  ]
}

function timeLine({ path, mtime }: { readonly path: string; readonly mtime: bigint }): Buffer {
  const magnitude = mtime < 0n ? -mtime : mtime
  const fraction = (magnitude % 1_000_000_000n).toString().padStart(9, '0')
  const time = `${mtime < 0n ? '-' : ''}${magnitude / 1_000_000_000n}.${fraction}`
  return Buffer.concat([Buffer.from(`touch -h -m -d @${time} -- `), quoted(path), Buffer.from(' || exit 1\n')])
}

function quoted(path: string): Buffer {
  const text = pathToBytes(path).toString('latin1').replaceAll("'", "'\\''")
  return Buffer.from(`'${text}'`, 'latin1')
}

function runScript(lines: readonly Buffer[], what: string): void {
  if (lines.length === 0) return
  const done = spawnSync('sh', ['-s'], { input: Buffer.concat(lines), maxBuffer: 1 << 24 })
  if (done.status === 0) return
  const reason = done.error?.message ?? done.stderr.toString().trim()
  throw refused(what, /['\u2018]([^'\u2019]+)['\u2019]/.exec(reason)?.[1] ?? 'a layer', reason)
}

function restoreXattrs(changes: readonly { readonly path: string; readonly xattrs: Xattrs }[]): void {
  if (changes.length === 0) return
  const parts = changes.flatMap(({ path, xattrs }) => [
    Buffer.from('# file: '),
    Buffer.from(
      pathToBytes(path)
        .toString('latin1')
        .replace(/[\\\n\r]/g, octalEscape),
      'latin1',
    ),
    Buffer.from(`\n${Object.entries(xattrs).map(xattrLine).join('')}\n`),
  ])
  const done = spawnSync('setfattr', ['-h', '--restore=-'], { input: Buffer.concat(parts), maxBuffer: 1 << 24 })
  if (done.error !== undefined) throw missingCommand('setfattr')
  const complaint = done.stderr.toString().trim()
  if (done.status !== 0 || complaint !== '')
    throw refused('set the extended attributes', changes[0]?.path ?? '', complaint)
}

function xattrLine([name, value]: readonly [string, Uint8Array]): string {
  return `${name}=0x${Buffer.from(value).toString('hex')}\n`
}

function octalEscape(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`
}

/** All attributes below a directory in one run of getfattr. */
function readTree(root: string): Map<string, Xattrs> {
  const flags = ['-R', '-P', '-h', '-d', '-m', '-', '-e', 'hex', '--absolute-names', '--', root]
  const done = spawnSync('getfattr', flags, { maxBuffer: 1 << 30 })
  if (done.error !== undefined) throw missingCommand('getfattr')
  if (done.status !== 0) throw refused('read the extended attributes', root, done.stderr.toString().trim())
  const found = new Map<string, Xattrs>()
  for (const paragraph of done.stdout.toString('latin1').split('\n\n')) {
    const [title, ...lines] = paragraph.split('\n')
    if (title === undefined || !title.startsWith('# file: ')) continue
    const raw = title
      .slice(8)
      .replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
    const entries = lines.map(parseLine).filter(([name]) => isKept(name))
    if (entries.length > 0) found.set(pathFromBytes(Buffer.from(raw, 'latin1')), Object.fromEntries(entries))
  }
  return found
}

function parseLine(line: string): [string, Uint8Array] {
  const equals = line.indexOf('=0x')
  if (equals < 0) return [line.replace(/=.*/, ''), new Uint8Array(0)]
  return [line.slice(0, equals), Uint8Array.from(Buffer.from(line.slice(equals + 3), 'hex'))]
}

function missingCommand(name: string): SlipwayError {
  return new SlipwayError('store-unusable', `extended attributes need the koffi package or the ${name} command`, {
    hint: 'install the optional dependency koffi, or the package attr of your distribution',
  })
}
