import { closeSync, lstatSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { Mounter } from './linux-mount.ts'
import {
  deviceNodes,
  maskedPaths,
  type OciTraits,
  type PreparedStep,
  readonlyPaths,
  stepCapabilities,
} from './oci-config.ts'
import { findProgram } from './programs.ts'
import type { StepIo, StepResult } from './step-spec.ts'
import { superviseStep } from './supervise.ts'

/** What the embedded way needs of util-linux and coreutils. */
export const embeddedPrograms = ['unshare', 'setpriv', 'mount', 'sh'] as const

/**
 * Runs a prepared step with util-linux alone: namespaces by unshare(1), all mounts by one `mount -a`, capabilities by
 * setpriv(1). No seccomp filter. `directory` is a private directory in memory.
 */
export async function runEmbedded(
  step: PreparedStep,
  traits: OciTraits,
  options: { readonly directory: string; readonly mounter: Mounter; readonly io: StepIo; readonly signal: AbortSignal },
): Promise<StepResult> {
  const { directory, mounter, io, signal } = options
  const dev = join(directory, 'dev')
  buildDev(dev, step)
  const fstab = join(directory, 'fstab')
  writeFileSync(fstab, mountTable(step, traits, dev), { mode: 0o600 })
  const network = step.privateNetwork ? ['-n'] : []
  const command = {
    program: required('unshare'),
    args: [
      '-m',
      '-p',
      '-i',
      '-u',
      ...network,
      '-f',
      '--kill-child',
      '--propagation',
      'private',
      '--',
      required('sh'),
      '-c',
      script,
      'sh',
      fstab,
    ]
      .concat([step.root, step.hostname, step.privateNetwork ? loopbackProgram() : '', step.readonlyRoot ? 'ro' : ''])
      .concat([step.gate?.request ?? '', step.gate?.go ?? ''])
      .concat(innerCommand(step, traits)),
    env: Object.fromEntries(
      step.env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    streams: { mounter, directory, nullDevice: join(traits.devices, 'null') },
    firstProcess: onlyChild,
  }
  return superviseStep(command, io, signal)
}

/**
 * Arguments: table, root, host name, program that brings the loopback device up, `ro` for a read-only root, the pipes of a
 * gate, command. What /proc/self says here is the number of the process outside.
 * The variables that the shell adds are taken away again; the marker keeps failures of ours apart from the step's.
 */
const script = `
set -e
[ -z "$6" ] || { read -r t r </proc/self/stat; printf '{"pid":%s}' "$t" >"$6"; read -r t <"$7"; }
t=$1 r=$2 h=$3 l=$4 w=$5; shift 7
"$HOSTNAME" "$h" 2>/dev/null || echo "$h" > /proc/sys/kernel/hostname
case "$l" in '') ;; *ip) "$l" link set lo up ;; *ifconfig) "$l" lo up ;; *) "$l" ip link set lo up ;; esac
"$MOUNT" -n -a -T "$t"
[ -z "$w" ] || "$MOUNT" -n -o remount,bind,ro "$r"
cd "$r"
"$MOUNT" -n --move . /
unset PWD OLDPWD SHLVL t r h l w
exec "$@"
`
  .replaceAll('"$MOUNT"', shellQuote(findProgram('mount') ?? 'mount'))
  // A user namespace may set the name by call but not through /proc.
  .replaceAll('"$HOSTNAME"', shellQuote(findProgram('hostname') ?? 'hostname'))

/** How many programs the first process runs, one after another, before and with that of the step. */
export function embeddedStarts(step: PreparedStep): number {
  return (step.ulimits.length > 0 ? 1 : 0) + 3
}

/** Drops groups and capabilities outside, enters the root and the directory, and becomes the user last. */
function innerCommand(step: PreparedStep, traits: OciTraits): readonly string[] {
  const { uid, gid, groups } = step.account
  const ambient = step.privileges === 'ambient'
  const kept = keptCapabilities(step, traits).map((name) => `,+${name.toLowerCase()}`)
  const limits = step.ulimits.map(({ name, soft, hard }) => `--${name.toLowerCase()}=${limit(soft)}:${limit(hard)}`)
  const identity = traits.singleId
    ? []
    : ['--regid', String(gid), ...(groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups'])]
  // Whoever is no longer root has ambient capabilities only if they were raised as that user.
  const raised = ambient
    ? [
        ...(uid === 0 ? [] : ['--reuid', String(uid)]),
        `--inh-caps=-all${kept.join('')}`,
        `--ambient-caps=-all${kept.join('')}`,
      ]
    : ['--inh-caps=-all']
  return [
    ...(limits.length > 0 ? [required('prlimit'), ...limits] : []),
    required('setpriv'),
    ...identity,
    `--bounding-set=-all${kept.join('')}`,
    ...raised,
    ...(step.privileges === 'none' ? ['--no-new-privs'] : []),
    '--',
    required('unshare'),
    '-R',
    '.',
    '-w',
    step.cwd,
    ...(uid === 0 || ambient ? [] : ['-S', String(uid)]),
    '--',
    ...step.argv,
  ]
}

/** Entering the root and becoming another user takes two; who becomes that user loses them, and gets none back. */
function keptCapabilities(step: PreparedStep, traits: OciTraits): readonly string[] {
  return step.privileges === 'none' ? ['SYS_CHROOT', 'SETUID'] : stepCapabilities(step, traits)
}

function limit(value: number): string {
  return value < 0 ? 'unlimited' : String(value)
}

/** /dev as a plain directory: links and mount points; the nodes are bound from the host's. */
function buildDev(dev: string, step: PreparedStep): void {
  mkdirSync(dev, { recursive: true, mode: 0o755 })
  for (const { name } of deviceNodes) touch(join(dev, name))
  for (const name of ['pts', 'shm', 'mqueue']) mkdirSync(join(dev, name))
  const links = {
    fd: '/proc/self/fd',
    stdin: '/proc/self/fd/0',
    stdout: '/proc/self/fd/1',
    stderr: '/proc/self/fd/2',
    core: '/proc/kcore',
    ptmx: 'pts/ptmx',
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(dev, name))
  for (const bind of step.binds) {
    if (!bind.target.startsWith('/dev/') || /^\/dev\/(pts|shm|mqueue)(\/|$)/.test(bind.target)) continue
    const path = join(dev, bind.target.slice('/dev/'.length))
    mkdirSync(dirname(path), { recursive: true })
    if (lstatSync(bind.source).isDirectory()) mkdirSync(path, { recursive: true })
    else touch(path)
  }
}

function touch(path: string): void {
  closeSync(openSync(path, 'a', 0o666))
}

/** The mounts as fstab(5), in order. */
function mountTable(step: PreparedStep, traits: OciTraits, dev: string): string {
  const at = (path: string): string => step.root + path
  const access = step.insecure ? '' : ',ro'
  const nodev = step.insecure ? '' : ',nodev'
  const gid = traits.singleId ? '' : ',gid=5'
  const sys = traits.userNamespace
    ? ['/sys', at('/sys'), 'none', `rbind,nosuid,noexec,nodev${access}`]
    : ['sysfs', at('/sys'), 'sysfs', `nosuid,noexec,nodev${access}`]
  const hide = step.insecure ? [] : maskedPaths.flatMap((path) => hidden(path, at(path)))
  const fixed = step.insecure
    ? []
    : readonlyPaths
        .filter((path) => exists(path))
        .map((path) => [at(path), at(path), 'none', 'bind,ro,nosuid,noexec,nodev'])
  const rows = [
    ['proc', at('/proc'), 'proc', 'nosuid,noexec,nodev'],
    [dev, at('/dev'), 'none', `bind,nosuid${nodev}`],
    ...deviceNodes.map(({ name }) => [`${traits.devices}/${name}`, at(`/dev/${name}`), 'none', 'bind']),
    ['devpts', at('/dev/pts'), 'devpts', `nosuid,noexec,newinstance,ptmxmode=0666,mode=0620${gid}`],
    ['shm', at('/dev/shm'), 'tmpfs', `nosuid,noexec,nodev,mode=1777,size=${step.shmSize}`],
    ['mqueue', at('/dev/mqueue'), 'mqueue', 'nosuid,noexec,nodev'],
    sys,
    ...step.binds.map(({ source, target, readonly }) => [
      source,
      at(target),
      'none',
      `rbind,nodev${readonly ? ',ro' : ''}`,
    ]),
    ...hide,
    ...fixed,
  ]
  return rows.map((row) => `${row.map(fstabField).join(' ')} 0 0\n`).join('')
}

function hidden(path: string, target: string): string[][] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return []
  return [stats.isDirectory() ? ['tmpfs', target, 'tmpfs', 'ro,size=0'] : ['/dev/null', target, 'none', 'bind,ro']]
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** White space and backslashes are octal in fstab(5). */
function fstabField(text: string): string {
  return text.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The one child of the unshare process is process 1 of the step. */
function onlyChild(launcher: number): number | undefined {
  try {
    const first = readFileSync(`/proc/${launcher}/task/${launcher}/children`, 'utf8').trim().split(' ')[0]
    return first === undefined || first === '' ? undefined : Number(first)
  } catch {
    return undefined
  }
}

function required(name: string): string {
  const path = findProgram(name)
  if (path === undefined) throw new SlipwayError('cannot-isolate', `${name} is missing`, { hint: 'install util-linux' })
  return path
}

function loopbackProgram(): string {
  for (const name of ['ip', 'ifconfig', 'busybox']) {
    const path = findProgram(name)
    if (path !== undefined) return path
  }
  return ''
}
